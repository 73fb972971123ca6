// Numbers enter, short English texts leave: counts, durations, ages, sizes, times. Pure.

const counts = new Intl.NumberFormat('en')

/** `1,284` */
export function formatCount(count: number): string {
  return counts.format(count)
}

/** `1 line`, `1,284 lines` */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** What took this long: `840 ms`, `12.3 s`, `4 min 05 s`, `2 h 04 min`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  return formatLong(Math.round(ms / 1000))
}

/** What is going on for this long, in whole seconds: `12 s`, `4 min 05 s`. */
export function formatRunning(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  return seconds < 60 ? `${seconds} s` : formatLong(seconds)
}

function formatLong(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`
  return `${formatCount(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`
}

/** How long ago something was: `just now`, `14 s ago`, `3 min ago`, `2 h ago`, `5 days ago`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  if (seconds < 2) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return `${formatCounted(days, 'day')} ago`
}

/** `512 B`, `34 kB`, `5.0 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Local time of day with milliseconds: `09:05:03.042`; empty for no time. */
export function formatTimeOfDay(unixMs: number): string {
  if (Number.isNaN(unixMs)) return ''
  const date = new Date(unixMs)
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0')
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`
}

/** Local date and time: `2026-01-31 09:05:03`; the text itself where it is no time. */
export function formatDateTime(timestamp: string): string {
  const date = new Date(timestamp)
  if (Number.isNaN(date.getTime())) return timestamp
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
