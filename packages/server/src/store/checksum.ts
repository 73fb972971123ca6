// A log's text and its place enter, its checksum leaves; and that of many texts joined by commas, out of theirs and without a look at them.

import { crc32 } from 'node:zlib'

/** What makes the checksums of an execution's logs: over the log's place and its text in a row, so that a text at another place is wrong too. */
export function checksumsOf(executionId: string): (seq: number, log: string) => number {
  const execution = crc32(`${executionId}:`)
  return (seq, log) => crc32(log, withLetters(execution, `${seq}:`) >>> 0)
}

/** What is known of neighbouring logs. */
export interface KnownLogs {
  readonly executionId: string
  /** The seq of the first. */
  readonly from: number
  /** Bytes of each text. */
  readonly lengths: readonly number[]
  readonly checksums: readonly number[]
}

/**
 * What `crc32` of the texts with a comma between each and the next must give, where each is what its checksum says. One look at all bytes takes half
 * the time of a look at each text. It can be told beforehand because CRC-32 is linear: what goes before a text is multiplied by a power of x for the
 * text's bytes and added. So a log's place, which its own checksum has before the text, is taken out where the texts before it come in.
 */
export function checksumOfJoined({ executionId, from, lengths, checksums }: KnownLogs): number {
  const execution = crc32(`${executionId}:`)
  let joined = 0
  for (const [index, length] of lengths.entries()) {
    const before = index === 0 ? 0 : withLetters(joined, ',')
    const place = withLetters(execution, `${from + index}:`)
    joined = product(powerFor(length), before ^ place) ^ (checksums[index] ?? 0)
  }
  return joined >>> 0
}

/** The CRC-32 of a text and a few ASCII letters behind it; for so few a call of `crc32` takes longer. */
function withLetters(crc: number, letters: string): number {
  let rest = ~crc
  for (let index = 0; index < letters.length; index += 1) {
    rest = (OF_BYTES[(rest ^ letters.charCodeAt(index)) & 0xff] ?? 0) ^ (rest >>> 8)
  }
  return ~rest
}

/** The polynomial of CRC-32 without its highest term. In these numbers the highest bit is the lowest power. */
const MODULUS = 0xed_b8_83_20
const ONE = 1 << 31
/** x^8: a byte more behind. */
const BYTE = 1 << 23

/** Of two polynomials over GF(2), modulo that of CRC-32. */
function product(a: number, b: number): number {
  let result = 0
  for (let powers = a, shifted = b; powers !== 0; powers <<= 1) {
    if (powers < 0) result ^= shifted
    shifted = (shifted >>> 1) ^ (MODULUS & -(shifted & 1))
  }
  return result
}

const OF_BYTES = Int32Array.from({ length: 256 }, (_, byte) => product(byte, BYTE))

/** Those that were made lately: neighbouring logs hardly differ in length. */
const powers = new Map<number, number>()
const MAX_POWERS = 4096

/** x^(8 · bytes). */
function powerFor(bytes: number): number {
  const known = powers.get(bytes)
  if (known !== undefined) return known
  if (powers.size === MAX_POWERS) powers.clear()
  let power = ONE
  for (let rest = bytes, square = BYTE; rest > 0; rest >>>= 1) {
    if (rest & 1) power = product(power, square)
    square = product(square, square)
  }
  powers.set(bytes, power)
  return power
}
