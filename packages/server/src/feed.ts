// The store and hints from the bus enter, one stream of frames per follower leaves; the only place where catch-up meets live. Invariants 4 to 6.

import { LIMITS, resumeAt, SYNC_INTERVAL_MS, type Cursor } from '@runtail/core'
import { LogBlock } from './block.ts'
import type { Bus } from './bus/bus.ts'
import { Channel, type Next } from './channel.ts'
import { systemClock, type Clock } from './clock.ts'
import type { FeedFrame, FeedStart, Tail } from './feed-frame.ts'
import { Pause } from './pause.ts'
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
  readonly #channels = new Map<string, Channel>()
  readonly #unsubscribe: () => void
  #phase: 'open' | 'closed' = 'open'

  constructor(options: FeedOptions) {
    this.#options = { ...DEFAULTS, ...options }
    this.#unsubscribe = options.bus.subscribe((hint) => this.#channels.get(hint.execution_id)?.bell.ring())
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
   * Every log after the cursor, of the tail, or without either from the first on, once and in order, until `signal` aborts (then the stream ends) or
   * the consumer returns.
   * The first frame comes at once; quiet followers get an empty frame now and then.
   * @throws RuntailError `not_found`, `closed`
   */
  async *follow(
    executionId: string,
    start: FeedStart | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FeedFrame, void> {
    const { clock, syncIntervalMs, store } = this.#options
    // Joined before the first read, so that no hint falls between the two.
    using channel = this.#join(executionId)
    using pause = new Pause(clock, signal)
    const untilAnswered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
      this.#assertOpen()
      const answer = signal.aborted ? undefined : await pause.untilSettled(ask())
      return signal.aborted ? undefined : answer
    }
    const read = (after: number): Promise<Next | undefined> => untilAnswered(() => channel.after(after))
    // A tail is a cursor as soon as the head is known.
    const cursor = start && 'last' in start ? await untilAnswered(() => this.#cursorAt(start, channel)) : start
    if (start && !cursor) return
    // While this epoch lasts nothing of it can get lost.
    const known = !cursor || cursor.epoch === store.epoch || (await untilAnswered(() => channel.knows(cursor)))
    if (known === undefined) return
    const expected = cursor && known ? cursor.seq : 0
    const first = await read(expected)
    if (!first) return
    const { after, reset } = resumeAt(cursor, { known, head: first.head })
    const block = after === expected ? first.block : new LogBlock(after + 1, [])
    yield { block, head: first.head, ...(reset && { reset }) }
    let position = block.to
    let sentAtMs = clock.now()
    for (let next = await read(position); next; next = await read(position)) {
      const isNews = next.block.lines.length > 0
      if (isNews || clock.now() - sentAtMs >= syncIntervalMs) {
        yield { block: next.block, head: next.head }
        position = next.block.to
        sentAtMs = clock.now()
      } else {
        await pause.untilRing(channel.bell, next.rings)
      }
    }
  }

  /** Ends every follower with `closed`. */
  close(): void {
    this.#phase = 'closed'
    this.#unsubscribe()
    for (const channel of this.#channels.values()) channel[Symbol.dispose]()
  }

  async #cursorAt({ last }: Tail, channel: Pick<Channel, 'head'>): Promise<Cursor> {
    const head = await channel.head()
    return { epoch: this.#options.store.epoch, seq: Math.max(0, head - last) }
  }

  /** One channel per followed execution, made for the first follower and gone with the last. */
  #join(executionId: string): Disposable & Pick<Channel, 'after' | 'bell' | 'head' | 'knows'> {
    this.#assertOpen()
    const { clock, random, store, pollIntervalMs, syncIntervalMs, ringBytes } = this.#options
    const intervalMs = Math.min(pollIntervalMs, syncIntervalMs)
    const channel =
      this.#channels.get(executionId) ??
      new Channel({
        clock,
        random,
        ringBytes,
        intervalMs: () => intervalMs * (0.9 + 0.2 * random()),
        read: (after) =>
          store.read(executionId, { after, maxLogs: LIMITS.logsPerFrame, maxBytes: LIMITS.bytesPerFrame }),
        knows: (cursor) => store.knows(cursor, executionId),
      })
    this.#channels.set(executionId, channel)
    channel.followers += 1
    return {
      bell: channel.bell,
      after: (seq) => channel.after(seq),
      head: () => channel.head(),
      knows: (cursor) => channel.knows(cursor),
      [Symbol.dispose]: () => {
        channel.followers -= 1
        if (channel.followers > 0) return
        this.#channels.delete(executionId)
        channel[Symbol.dispose]()
      },
    }
  }

  #assertOpen(): void {
    if (this.#phase === 'closed') throw feedClosed()
  }
}
