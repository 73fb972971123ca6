// How often it failed and a random number enter, how long to wait leaves: full jitter, so that a crowd that lost its server does not come back as one.

/** Milliseconds that no wait exceeds. */
export const MAX_BACKOFF_MS = 30_000

const FIRST_CEILING_MS = 250
const SHORT_LIVED_FLOOR_MS = 500

/** What a wait is made from. */
export interface BackoffInput {
  /** Failures in a row before this wait; 0 after a connection that lasted. */
  readonly attempt: number
  /** 0 ≤ random < 1. */
  readonly random: number
  /** The server took us in and then closed: without a floor, full jitter would now and then knock again at once. @default false */
  readonly shortLived?: boolean
  /** The server said no: knocking often will not change its mind. @default false */
  readonly refused?: boolean
  /** @default 30000 */
  readonly maxMs?: number
}

/** Milliseconds to wait before the next attempt. */
export function backoffMs(input: BackoffInput): number {
  const { attempt, random, shortLived = false, refused = false, maxMs = MAX_BACKOFF_MS } = input
  if (refused && attempt > 0) return Math.round((maxMs / 2) * (1 + random))
  const ceiling = Math.min(maxMs, FIRST_CEILING_MS * 2 ** attempt)
  const floor = shortLived ? SHORT_LIVED_FLOOR_MS : 0
  return Math.round(Math.min(maxMs, floor + random * ceiling))
}
