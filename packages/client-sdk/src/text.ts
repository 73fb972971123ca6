// Texts of any length and anything that was thrown enter, texts within bounds leave, with a visible mark of how much was cut.

import { LIMITS } from '@runtail/core'

const DEEPEST_CAUSE = 8

/** The text, or its beginning with a mark; at most `maxLength` UTF-16 units. Never cuts a surrogate pair in two. */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const mark = `… [${text.length - maxLength} more characters]`
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

/** What was thrown, for people: the stack where there is one, and the same of its causes. */
export function errorText(thrown: unknown): string {
  const parts: string[] = []
  let at = thrown
  for (let depth = 0; depth < DEEPEST_CAUSE && at !== undefined && at !== null; depth += 1) {
    parts.push(oneErrorText(at))
    at = read(at, 'cause')
  }
  return parts.join('\nCaused by: ')
}

function oneErrorText(thrown: unknown): string {
  const message = read(thrown, 'message')
  if (message === undefined) return asText(thrown)
  const title = `${asText(read(thrown, 'name') ?? 'Error')}: ${asText(message)}`
  const stack = asText(read(thrown, 'stack') ?? '')
  // Some engines leave the message out of the stack.
  if (stack === '' || stack.includes(asText(message))) return stack || title
  return `${title}\n${stack}`
}

function read(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    // A getter of the caller's: as if it were not there.
    return undefined
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
