// What people type as a duration enters, milliseconds leave.

import { UsageError } from './usage-error.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** What a timer can wait for. */
const LONGEST_MS = 2 ** 31 - 1

/** `500ms`, `10s`, `5m`, `1h`. @throws UsageError */
export function parseDuration(text: string, what: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? []
  const ms = Number(digits) * (UNITS[unit] ?? Number.NaN)
  if (ms >= 1 && ms <= LONGEST_MS) return ms
  throw new UsageError(`${what} must be a time such as 500ms, 10s, 5m or 1h, not "${text}"`, 'correct it')
}
