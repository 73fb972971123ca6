// Ids and times as text enter, numbers that hold them without loss leave; whatever is written in another way than ours is refused, never bent.

/** Bytes of a UUID. */
export const UUID_BYTES = 16
const UUID_LENGTH = 36
const HYPHEN = 45

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** The value of each character code that is a lower-case hexadecimal digit; negative for every other. */
const NIBBLES = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)))

/** Writes a UUID in its usual form as 16 bytes; false, and rubbish in those bytes, where `id` is none. */
export function writeUuid(id: string, bytes: Uint8Array, at: number): boolean {
  if (id.length !== UUID_LENGTH) return false
  let wrong = 0
  let position = 0
  for (let index = 0; index < UUID_BYTES; index += 1) {
    if (isAfterHyphen(index)) wrong |= id.charCodeAt(position++) - HYPHEN
    const high = nibble(id.charCodeAt(position++))
    const low = nibble(id.charCodeAt(position++))
    wrong |= (high | low) & 0x80
    bytes[at + index] = (high << 4) | low
  }
  return wrong === 0
}

/** The UUID of 16 bytes. */
export function readUuid(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let index = 0; index < UUID_BYTES; index += 1) {
    if (isAfterHyphen(index)) text += '-'
    text += HEX[bytes[at + index] ?? 0]
  }
  return text
}

function isAfterHyphen(index: number): boolean {
  return index === 4 || index === 6 || index === 8 || index === 10
}

function nibble(code: number): number {
  return NIBBLES[code] ?? -1
}

const DAY_LENGTH = '2026-01-31T'.length

/** Reads timestamps as `Date.prototype.toISOString` writes them, most of one day. */
export class TimeReader {
  #day = ''
  #dayMs = Number.NaN

  /** Unix milliseconds; NaN for any text but the one that `toISOString` gives of them. */
  read(text: string): number {
    if (text.length !== 24 || text[13] !== ':' || text[16] !== ':' || text[19] !== '.' || text[23] !== 'Z')
      return Number.NaN
    if (this.#day === '' || !text.startsWith(this.#day)) this.#begin(text.slice(0, DAY_LENGTH))
    const hour = digits(text, 11)
    const minute = digits(text, 14)
    const second = digits(text, 17)
    const ms = digits(text, 20) * 10 + digit(text, 22)
    if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN
    return this.#dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms
  }

  #begin(day: string): void {
    const ms = Date.parse(`${day}00:00:00.000Z`)
    this.#day = day
    this.#dayMs = Number.isNaN(ms) || new Date(ms).toISOString().slice(0, DAY_LENGTH) !== day ? Number.NaN : ms
  }
}

/** The number that two digits make; NaN where they are none. */
function digits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1)
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48
  return value >= 0 && value <= 9 ? value : Number.NaN
}
