// Rows of the logs table enter, neighbouring logs that are what was written leave; a damaged one is an error, never a log.

import { RuntailError } from '@runtail/core'
import { crc32 } from 'node:zlib'

/** A row as an array, which costs half of what an object does: seq, log, checksum. */
type Row = readonly unknown[]

/** Neighbouring logs. */
export interface StoredLogs {
  /** The texts, in the order of reading. */
  readonly lines: string[]
  /** Of the first and the last of them; undefined where there is none. */
  readonly first: number | undefined
  readonly last: number | undefined
}

/** What {@link takeRows} reads, and how much of it. */
export interface TakeOptions {
  readonly executionId: string
  /** What was asked for: seqs beyond `after` in ascending order, or with `before` those below it, in descending order. */
  readonly after: number
  readonly before: number | undefined
  readonly maxLogs: number
  readonly maxBytes: number
  /** Of the database, for the error. */
  readonly path: string
}

/** Gives the rows that follow a seq in the order of reading, without those whose log has more bytes: beside such a one there is a hole. */
export type SelectRows = (
  edge: number,
  chunk: { readonly limit: number; readonly maxLogBytes: number },
) => readonly Row[]

/** Rows that are asked for at first, to see how large they are. Few, since each may be as large as a log can be. */
const FIRST_ROWS = 4

/** Over the log's text and its place, so that a text at another place is wrong too. */
export function checksumOf(executionId: string, seq: number, log: string): number {
  return crc32(log, crc32(`${executionId}:${seq}:`))
}

/**
 * Logs in the order of reading until the bytes are full, a seq is missing or a row cannot be read; at least one where there is one.
 * Asked for in chunks of as many as should fit: row by row costs twice as much, and all at once more memory than anybody wants.
 * @throws RuntailError `store_corrupt`, or what SQLite throws, where that is the first row
 */
export function takeRows(select: SelectRows, options: TakeOptions): StoredLogs {
  const { after, before, maxLogs, maxBytes } = options
  const step = before === undefined ? 1 : -1
  const lines: string[] = []
  let first: number | undefined
  let edge = before ?? after
  let bytes = 0
  let limit = FIRST_ROWS
  let maxLogBytes = Number.MAX_SAFE_INTEGER
  while (lines.length < maxLogs && bytes < maxBytes) {
    limit = Math.min(limit, maxLogs - lines.length)
    try {
      const rows = select(edge, { limit, maxLogBytes })
      for (const row of rows) {
        const { seq, log } = intact(row, options)
        bytes += Buffer.byteLength(log)
        if (first !== undefined && (bytes > maxBytes || seq !== edge + step)) return { lines, first, last: edge }
        lines.push(log)
        first ??= seq
        edge = seq
      }
      if (rows.length < limit) break
    } catch (error) {
      // What is intact is given; whoever goes on from there meets the error.
      if (limit === 1 && first === undefined) throw error
      if (limit === 1) break
      limit = Math.floor(limit / 2)
      continue
    }
    limit = Math.max(1, Math.ceil((maxBytes - bytes) / (bytes / lines.length)))
    maxLogBytes = maxBytes
  }
  return { lines, first, last: first === undefined ? undefined : edge }
}

function intact(row: Row, options: TakeOptions): { readonly seq: number; readonly log: string } {
  const { executionId, after, before = Infinity, path } = options
  const [seq, log, checksum] = row as readonly [number, string, number | null]
  // A damaged header of a row makes another type of the same bytes.
  const isWhole = typeof log === 'string' && (checksum === null || checksum === checksumOf(executionId, seq, log))
  // A damaged index leads to rows that nobody asked for.
  if (isWhole && seq > after && seq < before) return { seq, log }
  throw new RuntailError('store_corrupt', {
    message: `Database ${path}: log ${seq} of execution ${executionId} is damaged. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.`,
    data: { path, execution_id: executionId, seq },
  })
}
