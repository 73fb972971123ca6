// Revisions of the store and hints enter, changed executions leave, coalesced and resumable: what a live list is made from.

import type { Cursor, Execution } from '@runtail/core'
import type { Bus } from './bus/bus.ts'
import type { Clock } from './clock.ts'
import type { Store } from './store/store.ts'

/** What {@link ExecutionFeed} is made from. */
export interface ExecutionFeedOptions {
  readonly store: Store
  readonly bus: Bus
  /** @default the machine's clock */
  readonly clock?: Clock
  /** 0 ≤ number < 1, for jitter. @default Math.random */
  readonly random?: () => number
  /** Changes within this time travel together. @default 100 */
  readonly coalesceMs?: number
  /** How long a change whose hint was lost may lie unnoticed. @default 2000 */
  readonly pollIntervalMs?: number
  /** After how much silence a watcher gets an empty frame. @default SYNC_INTERVAL_MS */
  readonly syncIntervalMs?: number
}

/** One step of one watcher; without executions it is a sync frame. */
export interface ExecutionChangesFrame {
  /** In their newest state, oldest change first. */
  readonly executions: readonly Execution[]
  /** The position after this frame: with the store's epoch it is the cursor to resume from. */
  readonly revision: number
  /** Only on a first frame: the cursor was worth nothing here, so the watcher must list again. */
  readonly reset?: true
}

/** Watches all executions. */
export class ExecutionFeed {
  constructor(options: ExecutionFeedOptions) {
    void options
  }

  /**
   * Executions that change after the cursor (without one: from now on), until `signal` aborts or the consumer returns. The first frame comes at once.
   * @throws RuntailError `closed`
   */
  watch(cursor: Cursor | undefined, signal: AbortSignal): AsyncGenerator<ExecutionChangesFrame, void> {
    throw new Error(`not yet ${cursor?.seq} ${signal.aborted}`)
  }

  /** Ends every watcher with `closed`. */
  close(): void {}
}
