// Lines of many executions enter, batches leave and stay until they are settled; what does not fit is dropped, oldest first, and leaves a gap that says how much. Invariant 5.

import type { NewExecution } from '@runtail/core'
import type { LogLine, Loss } from './log-line.ts'
import { LongestQueue } from './longest-queue.ts'
import { entriesOf, firstOf, isThin, newQueue, takeFirst, type Entry, type Queue } from './outbox-queue.ts'
import type { OutboxStats } from './types.ts'

/** What lies between producer and network. In memory here; a file may take its place. */
export interface Outbox {
  readonly stats: OutboxStats
  /** How full it is: 1 at the bounds, where it begins to drop. */
  readonly fullness: number
  /** Lines of an execution follow, of which none waits. */
  open(execution: ReportedExecution): void
  /** Takes a line. Gives its position: 1, 2, 3 … in its execution. */
  add(executionId: string, line: LogLine): number
  /** The oldest lines within bounds; the same again (or fewer, as `maxLogs` tells) until they are settled. */
  batch(executionId: string, maxLogs: number): readonly LogLine[]
  /** The first `count` lines are stored. */
  acknowledge(executionId: string, count: number): void
  /** The first line cannot be stored: a gap takes its place. */
  refuse(executionId: string, reason: string): void
  /** Nothing of the execution will be stored. Gives how many lines were given up. */
  giveUp(executionId: string, loss: Loss): number
  /** What waits, in order; beginning with what is under way. */
  entries(executionId: string): Iterable<Readonly<Entry>>
  /** Lines that wait, those of a batch included. */
  waiting(executionId: string): number
  /** The position of the oldest line that is not settled; Infinity where there is none. */
  oldest(executionId: string): number
}

/** An execution that has its id. */
export type ReportedExecution = (NewExecution & { readonly id: string }) | ContinuedExecution

/** Made by somebody else: nothing more is known of it. */
export interface ContinuedExecution {
  readonly id: string
  readonly workflow_id?: undefined
}

/** Bounds of what waits. */
export interface OutboxBounds {
  readonly maxLogs: number
  readonly maxBytes: number
  /** Bytes of one batch. A longer line goes alone. */
  readonly maxBatchBytes: number
}

/** Writes the line that stands for lines that are gone. */
export type GapWriter = (executionId: string, dropped: number, reason: string) => LogLine

/** Why a line is not there. */
export const OVERFLOW: Loss = { code: 'outbox_overflow', reason: 'the outbox was full' }

/** An outbox in memory. `onDrop` is told at the beginning of each gap. */
export class MemoryOutbox implements Outbox {
  readonly #bounds: OutboxBounds
  readonly #writeGap: GapWriter
  readonly #onDrop: (executionId: string) => void
  readonly #queues = new Map<string, Queue>()
  readonly #longest = new LongestQueue()
  #pending = 0
  #bytes = 0
  #acknowledged = 0
  #dropped = 0

  constructor(bounds: OutboxBounds, writeGap: GapWriter, onDrop: (executionId: string) => void) {
    this.#bounds = bounds
    this.#writeGap = writeGap
    this.#onDrop = onDrop
  }

  get stats(): OutboxStats {
    return { pending: this.#pending, acknowledged: this.#acknowledged, dropped: this.#dropped }
  }

  /** Of the lines that wait. */
  get bytes(): number {
    return this.#bytes
  }

  get fullness(): number {
    return Math.max(this.#pending / this.#bounds.maxLogs, this.#bytes / this.#bounds.maxBytes)
  }

  open(): void {}

  add(executionId: string, line: LogLine): number {
    const queue = this.#queues.get(executionId) ?? newQueue(executionId)
    this.#queues.set(executionId, queue)
    if (isThin(queue)) this.#longest.add(queue)
    queue.added += 1
    queue.rest.push({ position: queue.added, line, dropped: 0 })
    this.#count(queue, 1, line.bytes)
    while (this.#pending > this.#bounds.maxLogs || this.#bytes > this.#bounds.maxBytes) {
      if (!this.#dropOldest()) break
    }
    return queue.added
  }

  batch(executionId: string, maxLogs: number): readonly LogLine[] {
    const queue = this.#queues.get(executionId)
    if (!queue) return []
    if (queue.pinned.length === 0) this.#pin(queue, executionId, maxLogs)
    return queue.pinned.slice(0, maxLogs).flatMap(({ line }) => line ?? [])
  }

  acknowledge(executionId: string, count: number): void {
    const queue = this.#queues.get(executionId)
    for (const entry of queue?.pinned.splice(0, count) ?? []) {
      if (entry.dropped === 0) this.#acknowledged += 1
      entry.line?.settle?.()
      this.#settle(queue, entry)
    }
    this.#forgetIfEmpty(executionId)
  }

  refuse(executionId: string, reason: string): void {
    const queue = this.#queues.get(executionId)
    const entry = queue?.pinned.shift()
    if (!queue || !entry) return
    this.#settle(queue, entry)
    entry.line?.settle?.({ code: 'invalid_input', reason })
    if (entry.dropped === 0) {
      this.#dropped += 1
      const line = this.#writeGap(executionId, 1, reason)
      queue.pinned.unshift({ position: entry.position, line, dropped: 1 })
      this.#count(queue, 0, line.bytes)
    }
    this.#forgetIfEmpty(executionId)
  }

  giveUp(executionId: string, loss: Loss): number {
    const queue = this.#queues.get(executionId)
    if (!queue) return 0
    const before = this.#pending
    for (const entry of entriesOf(queue)) {
      entry.line?.settle?.(loss)
      this.#settle(queue, entry)
    }
    const dropped = before - this.#pending
    this.#dropped += dropped
    this.#queues.delete(executionId)
    this.#longest.delete(queue)
    return dropped
  }

  waiting(executionId: string): number {
    const queue = this.#queues.get(executionId)
    return queue ? queue.pinned.length + queue.front.length + queue.rest.length - queue.start : 0
  }

  oldest(executionId: string): number {
    const queue = this.#queues.get(executionId)
    return (queue && (queue.pinned[0] ?? firstOf(queue)))?.position ?? Infinity
  }

  *entries(executionId: string): Generator<Readonly<Entry>> {
    const queue = this.#queues.get(executionId)
    if (queue) yield* entriesOf(queue)
  }

  /** Moves lines to where overflow cannot touch them. */
  #pin(queue: Queue, executionId: string, maxLogs: number): void {
    let bytes = 0
    while (queue.pinned.length < maxLogs) {
      const entry = firstOf(queue)
      if (!entry) return
      const line = entry.line ?? this.#writeGap(executionId, entry.dropped, OVERFLOW.reason)
      bytes += line.bytes
      if (queue.pinned.length > 0 && bytes > this.#bounds.maxBatchBytes) return
      if (!entry.line) this.#count(queue, 0, line.bytes)
      queue.pinned.push({ ...entry, line })
      if (queue.front.length > 0) queue.front.shift()
      else this.#takeFirst(queue)
    }
  }

  /** Drops one line of the longest queue; milestones stay. False where there is nothing to drop. */
  #dropOldest(): boolean {
    const queue = this.#longest.find()
    const entry = queue && this.#takeFirst(queue)
    if (!entry) return false
    if (entry.line?.isMilestone) {
      queue.front.push(entry)
      return true
    }
    entry.line?.settle?.(OVERFLOW)
    this.#settle(queue, entry)
    this.#dropped += 1
    const gap = queue.front.at(-1)
    if (gap && !gap.line) gap.dropped += 1
    else {
      queue.front.push({ position: entry.position, line: undefined, dropped: 1 })
      this.#onDrop(queue.executionId)
    }
    return true
  }

  #takeFirst(queue: Queue): Entry | undefined {
    const entry = takeFirst(queue)
    if (isThin(queue)) this.#longest.delete(queue)
    return entry
  }

  #settle(queue: Queue | undefined, entry: Entry): void {
    if (queue) this.#count(queue, entry.dropped === 0 ? -1 : 0, -(entry.line?.bytes ?? 0))
  }

  #count(queue: Queue, logs: number, bytes: number): void {
    this.#pending += logs
    this.#bytes += bytes
    queue.bytes += bytes
  }

  #forgetIfEmpty(executionId: string): void {
    const queue = this.#queues.get(executionId)
    if (queue && this.waiting(executionId) === 0) this.#queues.delete(executionId)
  }
}
