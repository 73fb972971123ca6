// The store and hints from the bus enter, one stream of frames per follower leaves; the only place where catch-up meets live. Invariants 4 to 6.

import { LIMITS, SYNC_INTERVAL_MS } from '@runtail/core'
import type { Bus } from './bus/bus.ts'
import { Channel } from './channel.ts'
import { systemClock, type Clock } from './clock.ts'
import type { FeedFrame, FeedStart, Following, FrameSink } from './feed-frame.ts'
import { Follower, type FollowerOptions } from './follower.ts'
import { FrameHandover } from './frame-handover.ts'
import { feedClosed } from './shared-reads.ts'
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

const DEFAULTS = {
  clock: systemClock,
  random: Math.random,
  pollIntervalMs: 2000,
  syncIntervalMs: SYNC_INTERVAL_MS,
  ringBytes: 1024 * 1024,
}

/** Follows executions: a follower is a position, what it has not read stays in the ring or in the store. */
export class Feed {
  readonly #options: Required<FeedOptions>
  readonly #ofFollowers: FollowerOptions
  readonly #channels = new Map<string, Channel>()
  readonly #unsubscribe: () => void
  #phase: 'open' | 'closed' = 'open'

  constructor(options: FeedOptions) {
    this.#options = { ...DEFAULTS, ...options }
    const { clock, syncIntervalMs, store } = this.#options
    this.#ofFollowers = { clock, syncIntervalMs, epoch: store.epoch }
    this.#unsubscribe = options.bus.subscribe((hint) => this.#channels.get(hint.execution_id)?.ring(hint.block))
  }

  /** How many executions are followed. */
  get size(): number {
    return this.#channels.size
  }

  /** Bytes of recent logs held for all of them. */
  get bytes(): number {
    return this.#channels.values().reduce((sum, channel) => sum + channel.bytes, 0)
  }

  /**
   * Gives a sink every log after the cursor, of the tail, or without either from the first on, once and in order, until the follower leaves.
   * The first frame comes at once; quiet followers get an empty frame now and then. A fault, such as `not_found`, is told to the sink.
   * @throws RuntailError `closed`
   */
  begin(executionId: string, start: FeedStart | undefined, sink: FrameSink): Follower {
    if (this.#phase === 'closed') throw feedClosed()
    const follower = new Follower(this.#channelOf(executionId), sink, this.#ofFollowers)
    follower.begin(start)
    return follower
  }

  /**
   * The same as a stream, until `signal` aborts (then the stream ends) or the consumer returns.
   * @throws RuntailError `not_found`, `closed`
   */
  async *follow(executionId: string, { start, signal }: Following): AsyncGenerator<FeedFrame, void> {
    if (signal.aborted) return
    const frames = new FrameHandover()
    const follower = this.begin(executionId, start, frames)
    const end = (): void => frames.end()
    signal.addEventListener('abort', end)
    try {
      for (let frame = await frames.next(); frame; frame = await frames.next()) yield frame
    } finally {
      signal.removeEventListener('abort', end)
      follower.leave()
    }
  }

  /** Ends every follower with `closed`. */
  close(): void {
    this.#phase = 'closed'
    this.#unsubscribe()
    for (const channel of this.#channels.values()) channel[Symbol.dispose]()
  }

  /** One channel per followed execution, made for the first follower and gone with the last. */
  #channelOf(executionId: string): Channel {
    const known = this.#channels.get(executionId)
    if (known) return known
    const { clock, random, store, pollIntervalMs, syncIntervalMs, ringBytes } = this.#options
    const intervalMs = Math.min(pollIntervalMs, syncIntervalMs)
    const channel = new Channel({
      clock,
      random,
      ringBytes,
      intervalMs: () => intervalMs * (0.9 + 0.2 * random()),
      read: (after) => store.read(executionId, { after, maxLogs: LIMITS.logsPerFrame, maxBytes: LIMITS.bytesPerFrame }),
      knows: (cursor) => store.knows(cursor, executionId),
      onEmpty: () => {
        this.#channels.delete(executionId)
        channel[Symbol.dispose]()
      },
    })
    this.#channels.set(executionId, channel)
    return channel
  }
}
