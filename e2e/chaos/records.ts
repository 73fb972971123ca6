// What producers and followers write down while it happens: one JSON line per record, handed to the operating system at once, so a kill loses none.

import { openSync, readFileSync, writeSync } from 'node:fs'
import type { SeqRange } from '@runtail/core'

/** A log, as far as it is compared. */
export type LogAt = readonly [seq: number, id: string]

/** Written before the logs are handed to the SDK, and after it says that they are acknowledged. */
export type ProducerRecord =
  | { readonly type: 'submitted'; readonly execution_id: string; readonly ids: readonly string[] }
  /** The first `count` logs that were submitted. */
  | { readonly type: 'acknowledged'; readonly execution_id: string; readonly count: number }

/** One update of a follower. */
export interface Sighting {
  /** Unix milliseconds, with a fraction. */
  readonly at_ms: number
  readonly execution_id: string
  readonly logs: readonly LogAt[]
  readonly gaps: readonly SeqRange[]
  readonly reset: boolean
}

/** Appends records to a file. */
export function recorder<Entry>(path: string): (entry: Entry) => void {
  const file = openSync(path, 'a')
  return (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`)
}

/** All records of a file. */
export function readRecords<Entry>(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Entry)
}
