// Invariant 4 under random interleavings: appends, followers that come and go at any cursor, hints with and without what was committed, lost, doubled and late, answers that arrive late, faults.

import { RuntailError } from '@runtail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hint } from '../src/bus/bus.ts'
import { LocalBus } from '../src/bus/local.ts'
import type { Cancel } from '../src/clock.ts'
import type { FeedFrame, FrameSink } from '../src/feed-frame.ts'
import { Feed } from '../src/feed.ts'
import { Follower, seqsOf } from './support/follower.ts'
import { created, logs, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { everyStore } from './support/stores.ts'
import { VirtualClock } from './support/virtual-clock.ts'

/** What may happen to the hint of a commit. */
const hint = fc.constantFrom('sent', 'lost', 'doubled', 'early', 'late')

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      append: fc.integer({ min: 1, max: 40 }),
      hint,
      /** Whether the hint brings what was committed. */
      handsOver: fc.boolean(),
      wide: fc.boolean(),
    }),
  },
  // The share of the head at which it begins; null for no cursor. The pace is the time between its frames.
  {
    weight: 3,
    arbitrary: fc.record({
      join: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      /** How it says where that is. */
      by: fc.constantFrom('cursor', 'last'),
      paceMs: fc.constantFrom(0, 7, 300),
      /** When a sink has room, asked again and again, used round and round; null for a stream. */
      room: fc.option(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ abort: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ faults: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ advanceMs: fc.constantFrom(1, 50, 2500) }) },
  { weight: 3, arbitrary: fc.constant({ settle: true as const }) },
)
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never

const history = fc.record({
  events: fc.array(event, { minLength: 5, maxLength: 60 }),
  /** How many turns of the loop each call of the store takes; used round and round. */
  turns: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 7 }),
  ringBytes: fc.constantFrom(1, 4000, 1024 * 1024),
})

/** A follower that frames are pushed to. */
class Pushed implements FrameSink {
  readonly frames: FeedFrame[] = []
  hasEnded = false
  readonly signal: AbortSignal
  readonly #follower: { leave(): void }
  readonly #leaving = new AbortController()
  readonly #ask: { clock: VirtualClock; paceMs: number; room: readonly boolean[] }
  #asked = 0

  constructor(
    ask: { clock: VirtualClock; paceMs: number; room: readonly boolean[] },
    begin: (sink: FrameSink) => { leave(): void },
  ) {
    this.#ask = ask
    this.signal = this.#leaving.signal
    this.#follower = begin(this)
  }

  get hasRoom(): boolean {
    const { room } = this.#ask
    return room[(this.#asked += 1) % room.length] ?? false
  }

  onRoom(callback: () => void): Cancel {
    return this.#ask.clock.after(this.#ask.paceMs, callback)
  }

  send(frame: FeedFrame): void {
    // Shows as a repeat: whoever has left gets nothing.
    if (this.hasEnded) this.frames.push(frame)
    this.frames.push(frame)
  }

  failed(): void {
    this.hasEnded = true
  }

  abort(): void {
    this.#leaving.abort()
    this.#follower.leave()
    this.hasEnded = true
  }
}

interface Joined {
  readonly follower: Follower | Pushed
  /** Undefined where the follower asked for a tail. */
  readonly after: number | undefined
  readonly last: number
}

/** Plays one history on real parts. */
class Play {
  readonly #clock = new VirtualClock()
  readonly #bus = new LocalBus()
  readonly #store: ObservedStore
  readonly #feed: Feed
  readonly #joined: Joined[] = []
  #head = 0
  #faults = 0
  /** Hints that come after those of later commits. */
  #late: Hint[] = []

  constructor(store: ObservedStore, { turns, ringBytes }: { turns: readonly number[]; ringBytes: number }) {
    this.#store = store
    this.#feed = new Feed({ store, bus: this.#bus, clock: this.#clock, random: () => 0.5, ringBytes })
    let calls = 0
    store.delay = async () => {
      calls += 1
      for (const _ of range(1, turns[calls % turns.length] ?? 0)) {
        await new Promise<void>((resolve) => this.#clock.soon(resolve))
      }
    }
    store.fault = (call) => {
      if (call !== 'read' || this.#faults === 0) return undefined
      this.#faults -= 1
      return new RuntailError('store_unavailable', { message: 'made by a test' })
    }
  }

  async run(events: readonly Event[]): Promise<void> {
    const making = this.#store.create(created('a'))
    await this.#clock.settle()
    await making
    for (const one of events) await this.#do(one)
    // Whatever was lost or slow, time mends it.
    await this.#clock.advance(120_000)
  }

  async #do(one: Event): Promise<void> {
    if ('append' in one) await this.#append(one)
    else if ('join' in one) this.#join(one)
    else if ('abort' in one) this.#joined[one.abort % this.#joined.length]?.follower.abort()
    else if ('faults' in one) this.#faults = one.faults
    else if ('advanceMs' in one) await this.#clock.advance(one.advanceMs)
    else await this.#clock.settle()
  }

  async #append({ append, hint: fate, handsOver, wide }: Extract<Event, { append: number }>): Promise<void> {
    const sent = logs('a', this.#head + 1, this.#head + append)
    this.#head += append
    const hint = { execution_id: 'a', head: this.#head }
    // What it brings is never there before the commit.
    if (fate === 'early') this.#bus.publish([hint])
    // The store's own delays are turns of the loop, so followers go on in between.
    const stored = this.#store.append([
      { execution_id: 'a', logs: wide ? sent.map((log) => ({ ...log, message: 'x'.repeat(4000) })) : sent },
    ])
    await Promise.race([stored, this.#clock.settle()])
    const [outcome] = await stored
    const hints: Hint[] = [{ ...hint, ...(handsOver && outcome?.ok && outcome.block && { block: outcome.block }) }]
    if (fate === 'sent' || fate === 'doubled') this.#bus.publish(hints)
    if (fate === 'doubled') this.#bus.publish(hints)
    this.#bus.publish(this.#late)
    this.#late = fate === 'late' ? hints : []
  }

  #join({ join, by, paceMs, room }: Extract<Event, { paceMs: number }>): void {
    const seq = join === null ? 0 : Math.floor(join * this.#head)
    const last = this.#head - seq
    const isTail = join !== null && by === 'last'
    const cursor = join === null ? undefined : { epoch: this.#store.epoch, seq }
    const start = isTail ? { last } : cursor
    const clock = this.#clock
    const follower = room
      ? new Pushed({ clock, paceMs, room }, (sink) => this.#feed.begin('a', start, sink))
      : new Follower({ clock, paceMs: () => paceMs, open: (signal) => this.#feed.follow('a', { start, signal }) })
    this.#joined.push({ follower, after: isTail ? undefined : seq, last })
  }

  /** What each follower got, and what was due to it: to those who left, the beginning of it. */
  outcomes() {
    return this.#joined.map(({ follower: { frames, signal, hasEnded }, after: asked, last }) => {
      const got = seqsOf(frames)
      const [first] = frames
      // A tail begins where the store's answer put it.
      const after = asked ?? (first ? first.block.from - 1 : 0)
      const tailIsLong = asked !== undefined || !first || after <= Math.max(0, first.head - last)
      const all = range(after + 1, this.#head)
      const headsAreTrue = frames.every(({ head, block }) => head >= block.to && head <= this.#head)
      const wasReset = frames.some(({ reset }) => reset)
      return {
        got,
        due: signal.aborted ? all.slice(0, got.length) : all,
        left: signal.aborted,
        hasEnded,
        headsAreTrue,
        tailIsLong,
        wasReset,
      }
    })
  }

  /** What is left of everything when the feed is closed and time has gone by. */
  async remains() {
    this.#feed.close()
    await this.#clock.advance(1000)
    return { channels: this.#feed.size, timers: this.#clock.timers }
  }
}

test.each(everyStore())(
  'over the %s store every follower gets every log once, in order',
  async (_name, open) => {
    await fc.assert(
      fc.asyncProperty(history, async ({ events, turns, ringBytes }) => {
        const play = new Play(new ObservedStore(await open()), { turns, ringBytes })
        await play.run(events)
        for (const { got, due, left, ...rest } of play.outcomes()) {
          expect(got).toStrictEqual(due)
          expect(rest).toStrictEqual({ hasEnded: left, headsAreTrue: true, tailIsLong: true, wasReset: false })
        }
        expect(await play.remains()).toStrictEqual({ channels: 0, timers: 0 })
      }),
      { numRuns: 120 },
    )
  },
  60_000,
)
