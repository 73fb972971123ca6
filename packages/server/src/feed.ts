// The store and hints from the bus enter, one stream of frames per follower leaves; the only place where catch-up meets live. Invariants 4 to 6.

import type { Cursor } from '@runtail/core'
import type { Bus } from './bus/bus.ts'
import type { Clock } from './clock.ts'
import type { FeedFrame } from './feed-frame.ts'
import type { Store } from './store/store.ts'

/** What {@link Feed} is made from. */
export interface FeedOptions {
  readonly store: Store
  readonly bus: Bus
  /** @default the machine's clock */
  readonly clock?: Clock
  /** 0 ≤ number < 1, for jitter. @default Math.random */
  readonly random?: () => number
  /** How long a log whose hint was lost may lie unnoticed. @default 2000 */
  readonly pollIntervalMs?: number
  /** After how much silence a follower is told the head. @default SYNC_INTERVAL_MS */
  readonly syncIntervalMs?: number
  /** Bytes of recent logs kept for each followed execution. @default 1048576 */
  readonly ringBytes?: number
}

/** Follows executions. */
export class Feed {
  constructor(options: FeedOptions) {
    void options
  }

  /**
   * Every log after the cursor, once and in order, until `signal` aborts (then the stream ends) or the consumer returns.
   * The first frame comes at once; quiet followers get an empty frame now and then.
   * @throws RuntailError `not_found`, `closed`
   */
  follow(executionId: string, cursor: Cursor | undefined, signal: AbortSignal): AsyncGenerator<FeedFrame, void> {
    throw new Error(`not yet ${executionId} ${cursor?.seq} ${signal.aborted}`)
  }

  /** Ends every follower with `closed`. */
  close(): void {}
}
