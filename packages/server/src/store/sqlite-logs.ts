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
  readonly maxBytes: number
  /** Of the database, for the error. */
  readonly path: string
}

/** Over the log's text and its place, so that a text at another place is wrong too. */
export function checksumOf(executionId: string, seq: number, log: string): number {
  return crc32(log, crc32(`${executionId}:${seq}:`))
}

/**
 * Rows in the order of reading until the bytes are full, a seq is missing or a row cannot be read; at least one where there is one.
 * @throws RuntailError `store_corrupt`, or what SQLite throws, where that is the first row
 */
export function takeRows(rows: Iterable<Record<string, unknown>>, options: TakeOptions): StoredLog[] {
  const taken: StoredLog[] = []
  let bytes = 0
  try {
    for (const row of rows) {
      const { seq, log } = intact(row, options)
      const previous = taken.at(-1)
      bytes += Buffer.byteLength(log)
      if (previous && (bytes > options.maxBytes || Math.abs(seq - previous.seq) !== 1)) break
      taken.push({ seq, log })
    }
  } catch (error) {
    // What is intact is given; whoever goes on from there meets the error.
    if (taken.length === 0) throw error
  }
  return taken
}

function intact(row: Record<string, unknown>, { executionId, path }: TakeOptions): StoredLog {
  const { seq, log, checksum } = row as { seq: number; log: string; checksum: number | null }
  if (checksum === null || checksum === checksumOf(executionId, seq, log)) return { seq, log }
  throw new RuntailError('store_corrupt', {
    message: `Database ${path}: log ${seq} of execution ${executionId} is damaged. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.`,
    data: { path, execution_id: executionId, seq },
  })
}
