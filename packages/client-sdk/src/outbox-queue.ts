// Lines of one execution enter at the end, and leave at the beginning or, on overflow, from where they lie in full: their order never changes.

import type { LogLine } from './log-line.ts'

/** A line in its place, or what stands for lines that are gone. */
export interface Entry {
  readonly position: number
  /** A gap is written when it goes out, since it grows until then. */
  readonly line: LogLine | undefined
  /** How many lines it stands for; 0 where it is one. */
  dropped: number
}

/** The lines of one execution: `pinned` are under way, `front` are milestones and gaps of a part that was thinned out, `rest` is whole. */
export interface Queue {
  readonly executionId: string
  pinned: Entry[]
  front: Entry[]
  rest: Entry[]
  /** Where `rest` begins: moving it is cheaper than shifting. */
  start: number
  added: number
  bytes: number
}

const COMPACT_FROM = 1024

/** One without lines. */
export function newQueue(executionId: string): Queue {
  return { executionId, pinned: [], front: [], rest: [], start: 0, added: 0, bytes: 0 }
}

/** Whether nothing is whole: what is left is under way, or was thinned out. */
export function isThin(queue: Queue): boolean {
  return queue.start === queue.rest.length
}

/** What goes out next. */
export function firstOf(queue: Queue): Entry | undefined {
  return queue.front[0] ?? queue.rest[queue.start]
}

/** All of it, in order. */
export function* entriesOf(queue: Queue): Generator<Entry> {
  yield* queue.pinned
  yield* queue.front
  for (let index = queue.start; index < queue.rest.length; index += 1) yield queue.rest[index] as Entry
}

/** Takes the first of what is whole. */
export function takeFirst(queue: Queue): Entry | undefined {
  const entry = queue.rest[queue.start]
  if (!entry) return undefined
  queue.start += 1
  if (queue.start >= COMPACT_FROM && queue.start * 2 >= queue.rest.length) {
    queue.rest = queue.rest.slice(queue.start)
    queue.start = 0
  }
  return entry
}
