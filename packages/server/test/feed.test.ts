// Invariant 4 at its root: whatever a follower's cursor and whenever it comes, it gets every log after it once, in order; and waits without cost.

import { RuntailError, type Cursor, type ErrorCode } from '@runtail/core'
import { getEventListeners } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../src/bus/local.ts'
import type { FeedStart } from '../src/feed-frame.ts'
import { Feed } from '../src/feed.ts'
import { Follower, seqsOf } from './support/follower.ts'
import { created, logs, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { everyStore } from './support/stores.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const POLL_MS = 2000
/** Polls come up to a tenth later. */
const LATEST_POLL_MS = 1.1 * POLL_MS
const SYNC_MS = 10_000

const fault = (code: ErrorCode) => new RuntailError(code, { message: `made by a test: ${code}` })

describe.each(everyStore())('feed over the %s store', (_, open) => {
  /** Everything of one test; the execution `a` is there. */
  async function setUp(limits: { ringBytes?: number } = {}) {
    const clock = new VirtualClock()
    const store = new ObservedStore(await open())
    const bus = new LocalBus()
    const feed = new Feed({ store, bus, clock, random: () => 0.5, pollIntervalMs: POLL_MS, ...limits })
    onTestFinished(() => feed.close())
    await store.create(created('a'))

    /** Stores, and loses the hint. */
    const stored = async (from: number, to: number) => {
      const [outcome] = await store.append([{ execution_id: 'a', logs: logs('a', from, to) }])
      if (!outcome?.ok || outcome.result.head !== to) throw new Error(`not stored: ${JSON.stringify(outcome)}`)
    }
    /** Stores, and tells the bus. */
    const append = async (from: number, to: number) => {
      await stored(from, to)
      bus.publish([{ execution_id: 'a', head: to }])
    }
    const follow = (start?: FeedStart, paceMs?: () => number) =>
      new Follower({ clock, ...(paceMs && { paceMs }), open: (signal) => feed.follow('a', { start, signal }) })
    const at = (seq: number): Cursor => ({ epoch: store.epoch, seq })
    return { clock, store, bus, feed, stored, append, follow, at }
  }

  describe('what a follower gets', () => {
    test('nothing there: the first frame comes at once all the same, and tells the head', async () => {
      const { clock, follow } = await setUp()
      const follower = follow()
      await clock.settle()
      expect(follower.frames).toMatchObject([{ block: { from: 1, lines: [] }, head: 0 }])
      expect(follower.frames[0]).not.toHaveProperty('reset')
    })

    test('a late one: history, then what comes', async () => {
      const { clock, append, follow } = await setUp()
      await append(1, 1000)
      const follower = follow()
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 1000))
      await append(1001, 1001)
      await clock.settle()
      await append(1002, 1500)
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 1500))
      expect(follower.frames.every(({ block }) => block.lines.length <= 256)).toBe(true)
      expect(follower.frames.at(-1)?.head).toBe(1500)
    })

    test.each([0, 1, 100, 255, 256, 257, 299, 300])('from cursor %i only what lies after it', async (seq) => {
      const { clock, append, follow, at } = await setUp()
      await append(1, 300)
      // Another one before it, so that the ring holds blocks whose ends are elsewhere.
      follow()
      await clock.settle()
      const follower = follow(at(seq))
      await clock.settle()
      await append(301, 302)
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual(range(seq + 1, 302))
      expect(follower.frames[0]).toMatchObject({ block: { from: seq + 1 }, head: 300 })
      expect(follower.frames.some((frame) => frame.reset)).toBe(false)
    })

    test.each([
      ['another epoch', { epoch: 'elsewhere', seq: 2 }],
      ['another epoch, at a head that could be', { epoch: 'elsewhere', seq: 3 }],
      ['a seq beyond the head', { seq: 4 }],
    ])('a cursor of %s: a reset, then everything from the first log', async (_name, cursor) => {
      const { clock, append, follow, at } = await setUp()
      await append(1, 3)
      const follower = follow({ ...at(0), ...cursor })
      await clock.settle()
      await append(4, 5)
      await clock.settle()
      expect(follower.frames[0]).toMatchObject({ reset: true, block: { from: 1 } })
      expect(follower.frames.slice(1).some((frame) => frame.reset)).toBe(false)
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 5))
    })

    test.each([
      ['none', 0, 301],
      ['one', 1, 300],
      ['within a frame', 100, 201],
      ['more than a frame', 299, 2],
      ['all', 300, 1],
      ['more than there are', 301, 1],
      ['as many as can be asked for', Number.MAX_SAFE_INTEGER, 1],
    ])('the last ones, %s: the first frame begins the tail, then what comes', async (_name, last, from) => {
      const { clock, append, follow } = await setUp()
      await append(1, 300)
      const follower = follow({ last })
      await clock.settle()
      expect(follower.frames[0]).toMatchObject({ block: { from }, head: 300 })
      expect(seqsOf(follower.frames)).toStrictEqual(range(from, 300))
      await append(301, 302)
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual(range(from, 302))
      expect(follower.frames.some((frame) => frame.reset)).toBe(false)
    })

    test.each([0, 5])('the last %i of nothing: an empty frame, then what comes', async (last) => {
      const { clock, append, follow } = await setUp()
      const follower = follow({ last })
      await clock.settle()
      expect(follower.frames).toMatchObject([{ block: { from: 1, lines: [] }, head: 0 }])
      await append(1, 9)
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 9))
    })

    test('the last ones of what is there, not of what this node has heard of', async () => {
      const { clock, stored, append, follow } = await setUp()
      await append(1, 3)
      follow()
      await clock.settle()
      await stored(4, 100)
      const follower = follow({ last: 2 })
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual([99, 100])
    })

    test('a cursor beyond what this node has heard of is believed, when the store knows it', async () => {
      const { clock, stored, follow, at } = await setUp()
      await stored(1, 3)
      const before = follow()
      await clock.settle()
      await stored(4, 6)
      const follower = follow(at(6))
      await clock.settle()
      expect(follower.frames).toMatchObject([{ block: { from: 7, lines: [] }, head: 6 }])
      expect(follower.frames[0]).not.toHaveProperty('reset')
      expect(seqsOf(before.frames)).toStrictEqual(range(1, 3))
    })

    test('an unknown execution: not found, and nothing left of it', async () => {
      const { clock, feed } = await setUp()
      const follower = new Follower({ clock, open: (signal) => feed.follow('nobody', { signal }) })
      await clock.settle()
      expect(await follower.end).toMatchObject({ code: 'not_found' })
      expect(feed.size).toBe(0)
      expect(clock.timers).toBe(0)
    })

    test('a quiet one: an empty frame with the head every ten seconds', async () => {
      const { clock, append, follow } = await setUp()
      await append(1, 3)
      const follower = follow()
      await clock.settle()
      expect(follower.frames).toHaveLength(1)
      await clock.advance(SYNC_MS - LATEST_POLL_MS)
      expect(follower.frames).toHaveLength(1)
      await clock.advance(2 * LATEST_POLL_MS)
      expect(follower.frames.slice(1)).toMatchObject([{ block: { from: 4, lines: [] }, head: 3 }])
      await clock.advance(60_000)
      expect(follower.frames.length).toBeGreaterThanOrEqual(6)
      expect(follower.frames.length).toBeLessThanOrEqual(8)
    })
  })

  describe('hints', () => {
    test('lost: costs a poll interval, and no log', async () => {
      const { clock, stored, follow } = await setUp()
      const follower = follow()
      await clock.settle()
      await stored(1, 700)
      await clock.settle()
      expect(seqsOf(follower.frames)).toStrictEqual([])
      await clock.advance(LATEST_POLL_MS)
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 700))
    })

    test('early, late, doubled, or of nothing: no frame, and one read each at most', async () => {
      const { clock, store, bus, append, follow } = await setUp()
      await append(1, 3)
      const follower = follow()
      await clock.settle()
      const { read } = store.calls
      for (const head of [1000, 1000, 3, 0]) {
        bus.publish([{ execution_id: 'a', head }])
        await clock.settle()
      }
      expect(store.calls.read - read).toBeLessThanOrEqual(4)
      bus.publish([{ execution_id: 'elsewhere', head: 9 }])
      await clock.settle()
      expect(store.calls.read - read).toBeLessThanOrEqual(4)
      expect(follower.frames).toHaveLength(1)
    })

    test.each([
      ['logs', 1],
      ['nothing', 0],
    ])('one that comes while an answer of %s is under way is not overlooked', async (_name, already) => {
      const { clock, store, bus, append, follow } = await setUp()
      const follower = follow()
      await clock.settle()
      const late = Promise.withResolvers<void>()
      let calls = 0
      if (already > 0) await append(1, already)
      else bus.publish([{ execution_id: 'a', head: 1 }])
      // The store has given its answer, which arrives only after more was stored.
      store.delay = () => ((calls += 1) === 2 ? late.promise : Promise.resolve())
      await clock.settle()
      store.delay = () => Promise.resolve()
      await append(already + 1, 5)
      await clock.settle()
      late.resolve()
      await clock.settle()
      expect(calls).toBe(2)
      expect(seqsOf(follower.frames)).toStrictEqual(range(1, 5))
    })
  })

  test('a hint that comes while a follower looks for itself is not overlooked', async () => {
    const { clock, store, bus, append, follow } = await setUp()
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let delays = 0
    // Each read is delayed before and after the store's answer: these hold the answers of two reads back.
    store.delay = () => {
      delays += 1
      return delays === 2 ? first.promise : delays === 4 ? second.promise : Promise.resolve()
    }
    const follower = follow()
    await clock.settle()
    // One of nothing, so that what the first read finds is not trusted.
    bus.publish([{ execution_id: 'a', head: 0 }])
    first.resolve()
    await clock.settle()
    expect({ delays, frames: follower.frames }).toMatchObject({ delays: 4, frames: [{ head: 0 }] })
    // The second answer was given before, and arrives after.
    store.delay = () => Promise.resolve()
    await append(1, 5)
    await clock.settle()
    second.resolve()
    await clock.settle()
    expect(seqsOf(follower.frames)).toStrictEqual(range(1, 5))
  })

  describe('a thousand followers', () => {
    const crowd = <T>(make: () => T): T[] => Array.from({ length: 1000 }, make)

    test('at the head: one read to join, one for each commit, and one block for all', async () => {
      const { clock, store, append, follow, at } = await setUp()
      await append(1, 10)
      const followers = crowd(() => follow(at(10)))
      await clock.settle()
      expect(store.calls.read).toBe(1)
      for (const n of range(11, 15)) {
        await append(n, n)
        await clock.settle()
      }
      expect(store.calls.read).toBe(1 + 5)
      const [first] = followers
      for (const { frames } of followers) {
        expect(seqsOf(frames)).toStrictEqual(range(11, 15))
        const blocks = frames.slice(1).map(({ block }) => block)
        expect(blocks.every((block, index) => block === first?.frames[1 + index]?.block)).toBe(true)
      }
    })

    test('at the same tail: one read for the head, and each block once', async () => {
      const { clock, store, append, follow } = await setUp()
      await append(1, 2000)
      const followers = crowd(() => follow({ last: 500 }))
      await clock.settle()
      // Two blocks, and one to learn where the end is.
      expect(store.calls.read).toBeLessThanOrEqual(1 + 2 + 1)
      for (const { frames } of followers) expect(frames.flatMap(({ block }) => block.lines)).toHaveLength(500)
    })

    test('that take their frames at a thousand different times: still one read for each commit', async () => {
      const { clock, store, append, follow, at } = await setUp()
      let pace = 0
      const followers = crowd(() => {
        const ms = (pace += 1)
        return follow(at(0), () => ms)
      })
      await clock.advance(1100)
      const before = store.calls.read
      for (const n of range(1, 5)) {
        await append(n, n)
        await clock.advance(1100)
      }
      // Polls ask too, each once.
      const polls = Math.ceil((5 * 1100) / (0.9 * POLL_MS))
      expect(store.calls.read - before).toBeLessThanOrEqual(5 + polls)
      for (const { frames } of followers) expect(seqsOf(frames)).toStrictEqual(range(1, 5))
    })

    test('that are a little behind, each elsewhere: read from the ring, not from the store', async () => {
      const { clock, store, append, follow, at } = await setUp()
      let pace = 0
      const followers = crowd(() => {
        const ms = (pace += 1)
        return follow(at(0), () => ms)
      })
      const reader = follow(at(0))
      await clock.settle()
      const before = store.calls.read
      for (const n of range(1, 20)) {
        await append(n, n)
        await clock.advance(10)
      }
      await clock.advance(20_000)
      const polls = Math.ceil(20_200 / (0.9 * POLL_MS))
      expect(store.calls.read - before).toBeLessThanOrEqual(20 + polls)
      for (const { frames } of [reader, ...followers]) expect(seqsOf(frames)).toStrictEqual(range(1, 20))
    })

    test('from the beginning: each block is read once', async () => {
      const { clock, store, append, follow } = await setUp()
      await append(1, 2000)
      const followers = crowd(() => follow())
      await clock.settle()
      const blocks = followers[0]?.frames.length ?? 0
      // And once to learn where the end is.
      expect(store.calls.read).toBeLessThanOrEqual(blocks + 1)
      for (const { frames } of followers) expect(frames.flatMap(({ block }) => block.lines)).toHaveLength(2000)
    })
  })

  test('catching up takes turns with everything else: one read, then the loop goes on', async () => {
    const { clock, store, append, follow } = await setUp()
    await append(1, 2000)
    const followers = [follow(), follow()]
    const before = store.calls.read
    for (const turn of range(1, 7)) {
      await clock.turn()
      expect(store.calls.read - before).toBe(turn)
    }
    await clock.settle()
    for (const { frames } of followers) expect(seqsOf(frames)).toStrictEqual(range(1, 2000))
  })

  describe('a slow follower', () => {
    test('holds nothing: the ring is bounded while others go on, and it misses nothing', async () => {
      const ringBytes = 64 * 1024
      const { clock, append, follow, feed } = await setUp({ ringBytes })
      const slow = follow(undefined, () => 60_000)
      const quick = follow()
      await clock.settle()
      for (const n of range(0, 39)) {
        await append(100 * n + 1, 100 * n + 100)
        await clock.settle()
        expect(feed.bytes).toBeLessThanOrEqual(ringBytes)
      }
      expect(slow.frames).toHaveLength(1)
      expect(seqsOf(quick.frames)).toStrictEqual(range(1, 4000))
      await clock.advance(100 * 60_000)
      expect(seqsOf(slow.frames)).toStrictEqual(range(1, 4000))
    })

    test('catches up in full frames, however small the commits were', async () => {
      const { clock, append, follow } = await setUp()
      const slow = follow(undefined, () => 1000)
      const quick = follow()
      await clock.settle()
      for (const n of range(1, 256)) {
        await append(n, n)
        await clock.settle()
      }
      expect(quick.frames).toHaveLength(1 + 256)
      await clock.advance(10_000)
      expect(seqsOf(slow.frames)).toStrictEqual(range(1, 256))
      // The empty one, all but the newest block, the newest block.
      expect(slow.frames.length).toBeLessThanOrEqual(4)
    })
  })

  describe('faults of the store', () => {
    test('that pass are not felt', async () => {
      const { clock, store, append, follow } = await setUp()
      await append(1, 300)
      let left = 6
      store.fault = (call) => (call === 'read' && (left -= 1) >= 0 ? fault('store_unavailable') : undefined)
      const followers = [follow(), follow()]
      await clock.advance(60_000)
      for (const follower of followers) expect(seqsOf(follower.frames)).toStrictEqual(range(1, 300))
      left = 3
      await append(301, 301)
      await clock.advance(60_000)
      for (const follower of followers) expect(seqsOf(follower.frames)).toStrictEqual(range(1, 301))
    })

    test('that last: the store is asked once for all, and ever more rarely', async () => {
      const { clock, store, follow } = await setUp()
      store.fault = () => fault('store_unavailable')
      const followers = Array.from({ length: 100 }, () => follow())
      await clock.advance(60_000)
      // With jitter of one half: 25 ms, 50, 100 … up to 1 s.
      expect(store.calls.read).toBeGreaterThan(50)
      expect(store.calls.read).toBeLessThan(75)
      expect(followers.some(({ hasEnded }) => hasEnded)).toBe(false)
    })

    test.each(['store_corrupt', 'internal', 'closed'] as const)('of kind %s end the stream', async (code) => {
      const { clock, store, follow, feed } = await setUp()
      const follower = follow()
      await clock.settle()
      store.fault = () => fault(code)
      await clock.advance(LATEST_POLL_MS)
      expect(await follower.end).toMatchObject({ code })
      expect(feed.size).toBe(0)
    })
  })

  describe('the end', () => {
    /** Each place where a follower can stand still, and how it gets there. */
    const places: [string, (setting: Awaited<ReturnType<typeof setUp>>) => Promise<Follower>][] = [
      [
        'before its first read is answered',
        async ({ store, clock, follow }) => {
          store.delay = () => new Promise(() => {})
          const follower = follow()
          await clock.settle()
          return follower
        },
      ],
      [
        'before it knows where its tail begins',
        async ({ store, clock, follow }) => {
          store.delay = () => new Promise(() => {})
          const follower = follow({ last: 5 })
          await clock.settle()
          return follower
        },
      ],
      [
        'in a later read that is never answered',
        async ({ store, clock, follow, append }) => {
          const follower = follow()
          await clock.settle()
          store.delay = () => new Promise(() => {})
          void append(1, 1).catch(() => {})
          await clock.advance(LATEST_POLL_MS)
          return follower
        },
      ],
      [
        'between two attempts at a read',
        async ({ store, clock, follow }) => {
          store.fault = () => fault('store_unavailable')
          const follower = follow()
          await clock.advance(10_000)
          return follower
        },
      ],
      [
        'at the head',
        async ({ clock, follow, append }) => {
          await append(1, 3)
          const follower = follow()
          await clock.settle()
          return follower
        },
      ],
    ]

    test.each(places)('abort %s ends the stream at once and frees everything', async (_place, reach) => {
      const setting = await setUp()
      const { clock, feed } = setting
      const follower = await reach(setting)
      expect(feed.size).toBe(1)
      expect(getEventListeners(follower.signal, 'abort')).toHaveLength(1)
      follower.abort()
      await clock.settle()
      expect(follower.hasEnded).toBe(true)
      expect(await follower.end).toBeUndefined()
      expect(feed.size).toBe(0)
      expect(getEventListeners(follower.signal, 'abort')).toHaveLength(0)
      expect(clock.timers).toBe(0)
    })

    test.each(places)('close %s ends the stream as closed and frees everything', async (_place, reach) => {
      const setting = await setUp()
      const { clock, feed } = setting
      const follower = await reach(setting)
      feed.close()
      await clock.settle()
      expect(follower.hasEnded).toBe(true)
      expect(await follower.end).toMatchObject({ code: 'closed' })
      expect(feed.size).toBe(0)
      expect(clock.timers).toBe(0)
    })

    test('return at a frame frees everything', async () => {
      const { clock, feed, append } = await setUp()
      await append(1, 3)
      const { signal } = new AbortController()
      const stream = feed.follow('a', { signal })
      const first = stream.next()
      await clock.settle()
      expect(await first).toMatchObject({ value: { block: { from: 1 }, head: 3 } })
      expect(feed.size).toBe(1)
      await stream.return()
      expect(feed.size).toBe(0)
      expect(getEventListeners(signal, 'abort')).toHaveLength(0)
      expect(clock.timers).toBe(0)
    })

    test('a signal that has aborted before: no frame', async () => {
      const { clock, feed, append } = await setUp()
      await append(1, 3)
      const follower = new Follower({ clock, open: () => feed.follow('a', { signal: AbortSignal.abort() }) })
      await clock.settle()
      expect(await follower.end).toBeUndefined()
      expect(follower.frames).toStrictEqual([])
      expect(feed.size).toBe(0)
    })

    test('after close nobody can follow', async () => {
      const { clock, feed, follow } = await setUp()
      feed.close()
      const follower = follow()
      await clock.settle()
      expect(await follower.end).toMatchObject({ code: 'closed' })
    })

    test('the channel stays while one follower does', async () => {
      const { clock, feed, append, follow } = await setUp()
      const [one, two] = [follow(), follow()]
      await clock.settle()
      one.abort()
      await clock.settle()
      expect(feed.size).toBe(1)
      await append(1, 2)
      await clock.settle()
      expect(seqsOf(two.frames)).toStrictEqual([1, 2])
      two.abort()
      await clock.settle()
      expect(feed.size).toBe(0)
    })
  })
})
