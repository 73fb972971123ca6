// Rows of the logs table enter, neighbouring logs that are what was written leave; a damaged one is an error, never a log.

import { RuntailError } from '@runtail/core'
import { LogBlock } from '../block.ts'
import { checksumsOf } from './checksum.ts'
import type { Statements } from './sqlite-statements.ts'

/** A row as an array, which costs half of what an object does: seq, log, checksum. */
type Row = readonly unknown[]

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

/** More than any seq, and than any log has bytes. */
const ANY = Number.MAX_SAFE_INTEGER

/** Bytes that SQLite gives at a time at most, where no more are wanted: about 10 ms, in which nothing else happens. */
const MOST_BYTES = 8 * 1024 * 1024

/** How large each of so many logs may be. A larger one is left out, as if it were missing: what has been read ends there. */
export function largestOf(count: number, maxBytes: number): number {
  return Math.min(maxBytes, Math.floor(Math.max(MOST_BYTES, maxBytes) / count))
}

/** Rows that are asked for at first, to see how large they are. Few, since each may be as large as a log can be. */
const FIRST_ROWS = 4

/**
 * Logs in the order of reading until the bytes are full, a seq is missing or a row cannot be read; at least one where there is one.
 * Asked for in chunks of as many as should fit: row by row costs twice as much, and all at once more memory than anybody wants.
 * @throws RuntailError `store_corrupt`, or what SQLite throws, where that is the first row
 */
export function takeRows(statements: Statements, options: TakeOptions): LogBlock {
  const { executionId, after, before, maxLogs, maxBytes } = options
  const [statement, step] = before === undefined ? [statements.firstBetween, 1] : [statements.lastBetween, -1]
  const lines: string[] = []
  let edge = before ?? after
  let bytes = 0
  let limit = FIRST_ROWS
  reading: while (lines.length < maxLogs && bytes < maxBytes) {
    limit = Math.min(limit, maxLogs - lines.length)
    const isFirst = lines.length === 0
    // The first may lie beyond a hole, and may be as large as it likes; beside what does not fit after it there is a hole too.
    const reach = isFirst ? ANY : limit + 1
    const [low, high] = step === 1 ? [edge, edge + reach] : [Math.max(after, edge - reach), edge]
    try {
      const rows = statement.all(executionId, low, high, isFirst ? ANY : largestOf(limit, maxBytes), limit)
      for (const row of rows) {
        const { seq, log } = intact(row, options)
        bytes += Buffer.byteLength(log)
        if (lines.length > 0 && (bytes > maxBytes || seq !== edge + step)) break reading
        lines.push(log)
        edge = seq
      }
      if (rows.length < limit) break
    } catch (error) {
      // What is intact is given; whoever goes on from there meets the error.
      if (limit === 1 && lines.length === 0) throw error
      if (limit === 1) break
      limit = Math.floor(limit / 2)
      continue
    }
    limit = Math.max(1, Math.ceil((maxBytes - bytes) / (bytes / lines.length)))
  }
  if (lines.length === 0) return new LogBlock(after + 1, lines)
  return step === 1 ? new LogBlock(edge - lines.length + 1, lines) : new LogBlock(edge, lines.reverse())
}

function intact(row: Row, options: TakeOptions): { readonly seq: number; readonly log: string } {
  const { executionId, after, before = Infinity, path } = options
  const [seq, log, checksum] = row as readonly [number, string, number | null]
  // A damaged header of a row makes another type of the same bytes.
  const isWhole = typeof log === 'string' && (checksum === null || checksum === checksumsOf(executionId)(seq, log))
  // A damaged index leads to rows that nobody asked for.
  if (isWhole && seq > after && seq < before) return { seq, log }
  throw new RuntailError('store_corrupt', {
    message: `Database ${path}: log ${seq} of execution ${executionId} is damaged. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.`,
    data: { path, execution_id: executionId, seq },
  })
}
