// The store and hints from the bus enter, one stream of frames per follower leaves; the only place where catch-up meets live. Invariants 4 to 6.

import { LIMITS, resumeAt, SYNC_INTERVAL_MS, type Cursor } from '@runtail/core'
import { LogBlock } from './block.ts'
import type { Bus } from './bus/bus.ts'
import type { Found } from './audience.ts'
import { Channel } from './channel.ts'
import { systemClock, type Clock } from './clock.ts'
import type { FeedFrame, Following, Tail } from './feed-frame.ts'
import { Pause } from './pause.ts'
import { Place } from './place.ts'
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
   * Every log after the cursor, of the tail, or without either from the first on, once and in order, until `signal` aborts (then the stream ends) or
   * the consumer returns.
   * The first frame comes at once; quiet followers get an empty frame now and then.
   * @throws RuntailError `not_found`, `closed`
   */
  async *follow(executionId: string, following: Following): AsyncGenerator<FeedFrame, void> {
    const { start, signal, take } = following
    const { clock, syncIntervalMs, store } = this.#options
    // Joined before the first read, so that no hint falls between the two.
    using joined = this.#join(executionId)
    const { channel } = joined
    using pause = new Pause(clock, signal)
    const untilAnswered = async <Answer>(ask: () => Answer | Promise<Answer>): Promise<Answer | undefined> => {
      this.#assertOpen()
      if (signal.aborted) return undefined
      const asked = ask()
      const answer = asked instanceof Promise ? await pause.untilSettled(asked) : asked
      return signal.aborted ? undefined : answer
    }
    const nextAfter = (seq: number): Promise<Found | undefined> => untilAnswered(() => channel.next(seq))
    // A tail is a cursor as soon as the head is known.
    const cursor = start && 'last' in start ? await untilAnswered(() => this.#cursorAt(start, channel)) : start
    if (start && !cursor) return
    // While this epoch lasts nothing of it can get lost.
    const known = !cursor || cursor.epoch === store.epoch || (await untilAnswered(() => channel.knows(cursor)))
    if (known === undefined) return
    const expected = cursor && known ? cursor.seq : 0
    const first = await nextAfter(expected)
    if (!first) return
    const { after, reset } = resumeAt(cursor, { known, head: first.head })
    const block = after === expected ? first.block : new LogBlock(after + 1, [])
    yield { block, head: first.head, ...(reset && { reset }) }
    const place = new Place(block.to, { clock, syncIntervalMs, take })
    for (let next = await nextAfter(place.position); next; next = await nextAfter(place.position)) {
      const isNews = next.block.count > 0
      if (isNews || place.isDue()) {
        yield { block: next.block, head: next.head }
        place.moveTo(next.block.to)
      } else if (channel.rings === next.rings) {
        await pause.until((wake) => channel.listen(place, wake))
      }
    }
  }

  /** Ends every follower with `closed`. */
  close(): void {
    this.#phase = 'closed'
    this.#unsubscribe()
    for (const channel of this.#channels.values()) channel[Symbol.dispose]()
  }

  async #cursorAt({ last }: Tail, channel: Channel): Promise<Cursor> {
    const head = await channel.head()
    return { epoch: this.#options.store.epoch, seq: Math.max(0, head - last) }
  }

  /** One channel per followed execution, made for the first follower and gone with the last. */
  #join(executionId: string): Disposable & { readonly channel: Channel } {
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
      channel,
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
