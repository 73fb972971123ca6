// Rows of the logs table enter, neighbouring logs that are what was written leave; a damaged one is an error, never a log.

import { RuntailError } from '@runtail/core'
import { crc32 } from 'node:zlib'

/** A log as it was stored. */
export interface StoredLog {
  readonly seq: number
  readonly log: string
}

/** What {@link takeRows} reads, and how much of it. */
export interface TakeOptions {
  readonly executionId: string
  /** What was asked for: seqs beyond `after` in ascending order, or with `before` those below it, in descending order. */
  readonly after: number
  readonly before: number | undefined
  readonly maxBytes: number
  /** Of the database, for the error. */
  readonly path: string
}

/** Over the log's text and its place, so that a text at another place is wrong too. */
export function checksumOf(executionId: string, seq: number, log: string): number {
  return crc32(`${executionId}:${seq}:${log}`)
}

/**
 * Rows in the order of reading until the bytes are full, a seq is missing or a row cannot be read; at least one where there is one.
 * @throws RuntailError `store_corrupt`, or what SQLite throws, where that is the first row
 */
export function takeRows(rows: Iterable<Record<string, unknown>>, options: TakeOptions): StoredLog[] {
  const taken: StoredLog[] = []
  const step = options.before === undefined ? 1 : -1
  let bytes = 0
  try {
    for (const row of rows) {
      const { seq, log } = intact(row, options)
      const previous = taken.at(-1)
      bytes += Buffer.byteLength(log)
      if (previous && (bytes > options.maxBytes || seq !== previous.seq + step)) break
      taken.push({ seq, log })
    }
  } catch (error) {
    // What is intact is given; whoever goes on from there meets the error.
    if (taken.length === 0) throw error
  }
  return taken
}

function intact(row: Record<string, unknown>, options: TakeOptions): StoredLog {
  const { executionId, after, before = Infinity, path } = options
  const { seq, log, checksum } = row as { seq: number; log: string; checksum: number | null }
  // A damaged header of a row makes another type of the same bytes.
  const isWhole = typeof log === 'string' && (checksum === null || checksum === checksumOf(executionId, seq, log))
  // A damaged index leads to rows that nobody asked for.
  if (isWhole && seq > after && seq < before) return { seq, log }
  throw new RuntailError('store_corrupt', {
    message: `Database ${path}: log ${seq} of execution ${executionId} is damaged. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.`,
    data: { path, execution_id: executionId, seq },
  })
}
