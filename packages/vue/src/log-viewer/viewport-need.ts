// Lines in view and ranges that are not loaded enter, the range to fetch leaves, in whole pages, so that a reader's next steps ask for nothing new. Pure.

import type { SeqRange } from '@runtail/core'
import { countWhile } from './row-map.ts'

/** Lines that are fetched at once, at least. */
const PAGE_LINES = 1000

/** What to load for a reader of these lines; undefined where all of them are there. */
export function neededRange(read: SeqRange, unloaded: readonly SeqRange[]): SeqRange | undefined {
  const first = countWhile(unloaded.length, (index) => (unloaded[index]?.to ?? 0) < read.from)
  const end = countWhile(unloaded.length, (index) => (unloaded[index]?.from ?? 0) <= read.to)
  const lowest = unloaded[first]
  const highest = unloaded[end - 1]
  if (!lowest || !highest || end <= first) return undefined
  const from = Math.max(lowest.from, read.from)
  const to = Math.min(highest.to, read.to)
  return { from: Math.floor((from - 1) / PAGE_LINES) * PAGE_LINES + 1, to: Math.ceil(to / PAGE_LINES) * PAGE_LINES }
}
