// Texts of any length and whatever stands where a text belongs enter, texts within bounds leave, with a visible mark of how much was cut.

import { LIMITS } from '@runtail/core'

/** The text, or its beginning with a mark; at most `maxLength` UTF-16 units. Never cuts a surrogate pair in two. */
export function clip(text: string, maxLength: number, wholeLength = text.length): string {
  if (wholeLength <= maxLength) return text
  const mark = `… [${wholeLength - maxLength} more characters]`
  let end = Math.max(0, maxLength - mark.length)
  if (isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
  return text.slice(0, end) + mark.slice(0, maxLength)
}

/** A name as the server takes it: well-formed, of bounded length. */
export function toName(value: unknown, fallback: string): string {
  const text = value === undefined || value === null ? fallback : asText(value)
  return clip(text.toWellFormed(), LIMITS.nameLength)
}

/** Whatever a caller passed where a text belongs. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return String(value)
  } catch {
    // An object that has no usable toString, or a proxy that lets nobody look.
    return `[unreadable ${typeof value}]`
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
