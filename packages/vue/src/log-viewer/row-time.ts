// When a log was written enters, the text of its time column leaves: time of day here or in UTC, or how long after the beginning. Pure.

/** What the time column shows. */
export type TimeStyle = 'local' | 'utc' | 'relative'

/** `09:05:03.042` here, `09:05:03.042Z` in UTC, `+00:00:12.345` after `originMs`; empty for no time. */
export function rowTime(unixMs: number, style: TimeStyle, originMs: number): string {
  if (Number.isNaN(unixMs)) return ''
  if (style === 'relative') return elapsed(unixMs - originMs)
  // What getTimezoneOffset adds here, toISOString takes away: the time of day of this place.
  const shiftMs = style === 'utc' ? 0 : new Date(unixMs).getTimezoneOffset() * 60_000
  return new Date(unixMs - shiftMs).toISOString().slice(11, style === 'utc' ? 24 : 23)
}

function elapsed(ms: number): string {
  const hours = Math.floor(Math.abs(ms) / 3_600_000)
  const rest = new Date(Math.abs(ms) % 3_600_000).toISOString().slice(13, 23)
  return `${ms < 0 ? '−' : '+'}${String(hours).padStart(2, '0')}${rest}`
}
