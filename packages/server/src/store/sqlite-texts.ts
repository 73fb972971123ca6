// Logs that SQLite has joined to one value enter, as a block they leave where each is what was written; else nothing leaves, and they are to be read one by one.

import { crc32 } from 'node:zlib'
import { LogBlock, type JoinedTexts } from '../block.ts'
import { checksumOfJoined } from './checksum.ts'
import { largestOf, type TakeOptions } from './sqlite-logs.ts'
import type { Statements } from './sqlite-statements.ts'

/** Logs whose sizes are looked at, to see how many fit. */
const SAMPLE = 8
/** More than should fit, since logs differ: to go without the last of them is cheaper than to ask once more. */
const SPARE = 2

/**
 * Logs after a seq for half the price of {@link takeRows}; fewer than would fit where later ones are smaller than the first. Undefined where it is not
 * certain that each is whole and at its place: where one is missing, much larger than the first, damaged (only row by row shows which) or without a
 * checksum. Also where none is there, and for the logs before a seq.
 */
export function takeTexts(statements: Statements, options: TakeOptions): LogBlock | undefined {
  const { executionId, after, before, maxLogs, maxBytes } = options
  if (before !== undefined) return undefined
  try {
    const [count, bytes] = statements.sizesBetween.get(executionId, after, after + SAMPLE + 1) as [number, number]
    if (count === 0) return undefined
    const limit = Math.min(maxLogs, Math.ceil((maxBytes * count) / bytes) + SPARE)
    const largest = largestOf(limit, maxBytes)
    const row: readonly unknown[] = statements.textsBetween.get(executionId, after, after + limit + 1, largest) ?? []
    const texts = intact(row as Row, { executionId, from: after + 1 })
    return texts && new LogBlock(after + 1, fitting(texts, maxBytes))
  } catch (error) {
    // Whatever SQLite cannot read, row by row it turns out what it can.
    if (error instanceof Error && 'errcode' in error) return undefined
    throw error
  }
}

/** The texts with commas between them, null where there is none; and as JSON the bytes and the checksum of each. */
type Row = readonly [joined: Uint8Array | null, lengths: string, checksums: string]

/** What a row holds, where it is what was written of the logs `from`, `from + 1`, … */
function intact(row: Row, place: { readonly executionId: string; readonly from: number }): JoinedTexts | undefined {
  const [bytes, lengthsJson, checksumsJson] = row
  if (!bytes) return undefined
  const joined = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // A damaged header makes another type of the same bytes, or null.
  const lengths = JSON.parse(lengthsJson) as readonly unknown[]
  const checksums = JSON.parse(checksumsJson) as readonly unknown[]
  if (!areNumbers(lengths) || !areNumbers(checksums)) return undefined
  return checksumOfJoined({ ...place, lengths, checksums }) === crc32(joined) ? { joined, lengths } : undefined
}

function areNumbers(values: readonly unknown[]): values is readonly number[] {
  return values.every((value) => typeof value === 'number')
}

/** As many as have no more bytes, but at least one. */
function fitting(texts: JoinedTexts, maxBytes: number): JoinedTexts {
  const { joined, lengths } = texts
  let bytes = 0
  let end = -1
  for (const [index, length] of lengths.entries()) {
    bytes += length
    if (bytes > maxBytes && index > 0) return { joined: joined.subarray(0, end), lengths: lengths.slice(0, index) }
    end += length + 1
  }
  return texts
}
