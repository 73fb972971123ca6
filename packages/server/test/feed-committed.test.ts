// What this process commits itself is handed to its followers and not read back: without a read, and without harm wherever it comes late, twice, out of order or beside what others commit.

import { LIMITS, type Cursor, type NewExecutionLog } from '@runtail/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Hint } from '../src/bus/bus.ts'
import { LocalBus } from '../src/bus/local.ts'
import { Feed } from '../src/feed.ts'
import { Follower, seqsOf } from './support/follower.ts'
import { created, log, logs, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { everyStore } from './support/stores.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const LATEST_POLL_MS = 2200

describe.each(everyStore())('what was committed here, over the %s store', (_, open) => {
  async function setUp() {
    const clock = new VirtualClock()
    const store = new ObservedStore(await open())
    const bus = new LocalBus()
    const feed = new Feed({ store, bus, clock, random: () => 0.5 })
    onTestFinished(() => feed.close())
    await store.create(created('a'))

    /** Stores as another process does: no hint. What a hint could bring is given back. */
    const storeAll = async (sent: readonly NewExecutionLog[]) => {
      const [outcome] = await store.append([{ execution_id: 'a', logs: sent }])
      if (!outcome?.ok || !outcome.block) throw new Error(`not stored: ${JSON.stringify(outcome)}`)
      return { execution_id: 'a', head: outcome.result.head, block: outcome.block }
    }
    const stored = (from: number, to: number) => storeAll(logs('a', from, to))
    const commit = async (from: number, to: number) => bus.publish([await stored(from, to)])
    const follow = (start?: Cursor, paceMs = () => 0) =>
      new Follower({ clock, paceMs, open: (signal) => feed.follow('a', { start, signal }) })
    const at = (seq: number): Cursor => ({ epoch: store.epoch, seq })
    return { clock, store, bus, feed, storeAll, stored, commit, follow, at }
  }

  test('comes without a read, to one who joined at an empty execution and to one in the middle, with the true head', async () => {
    const { clock, store, commit, follow, at } = await setUp()
    const followers = [follow()]
    await clock.settle()
    await commit(1, 3)
    await clock.settle()
    followers.push(follow(at(2)))
    await clock.settle()
    const { read } = store.calls
    for (const n of range(4, 9)) {
      await commit(n, n)
      await clock.settle()
    }
    expect(store.calls.read).toBe(read)
    expect(read).toBe(1)
    expect(followers.map(({ frames }) => seqsOf(frames))).toStrictEqual([range(1, 9), range(3, 9)])
    for (const { frames } of followers) {
      expect(frames.map(({ head, block }) => head - block.to)).toStrictEqual(frames.map(() => 0))
    }
  })

  test('is asked after at the next poll all the same: others commit too', async () => {
    const { clock, stored, commit, follow } = await setUp()
    const follower = follow()
    await clock.settle()
    await commit(1, 1)
    await stored(2, 2)
    await clock.advance(LATEST_POLL_MS)
    expect(seqsOf(follower.frames)).toStrictEqual([1, 2])
  })

  test('is read where another process committed in between, and handed over again afterwards', async () => {
    const { clock, store, stored, commit, follow } = await setUp()
    const follower = follow()
    await clock.settle()
    await commit(1, 1)
    await stored(2, 2)
    await commit(3, 3)
    await clock.settle()
    const { read } = store.calls
    await commit(4, 4)
    await clock.settle()
    expect(store.calls.read).toBe(read)
    expect(seqsOf(follower.frames)).toStrictEqual(range(1, 4))
  })

  test('comes late, twice and out of order without harm', async () => {
    const { clock, bus, stored, follow } = await setUp()
    const follower = follow()
    await clock.settle()
    const hints: Hint[] = []
    for (const n of range(1, 4)) hints.push(await stored(n, n))
    for (const index of [1, 0, 0, 3, 1, 2, 3, 0]) {
      bus.publish(hints.slice(index, index + 1))
      await clock.settle()
    }
    expect(seqsOf(follower.frames)).toStrictEqual(range(1, 4))
    expect(follower.frames.every(({ head, block }) => head >= block.to && head <= 4)).toBe(true)
  })

  test('after a hint that nobody has looked into: what that was for is not overlooked', async () => {
    const { clock, bus, stored, commit, follow, at } = await setUp()
    await stored(1, 9)
    // Busy with its first frame while the rest happens.
    const busy = follow(undefined, () => 500)
    await clock.settle()
    const hint = await stored(10, 10)
    await stored(11, 11)
    bus.publish([{ execution_id: 'a', head: 11 }])
    bus.publish([hint])
    const joined = follow(at(10))
    await clock.settle()
    expect(seqsOf(joined.frames)).toStrictEqual([11])
    await commit(12, 12)
    await clock.advance(1000)
    expect(seqsOf(joined.frames)).toStrictEqual([11, 12])
    expect(seqsOf(busy.frames)).toStrictEqual(range(1, 12))
  })

  test('is cut into frames where it is large', async () => {
    const { clock, store, bus, storeAll, commit, follow } = await setUp()
    const follower = follow()
    await clock.settle()
    await commit(1, 1000)
    await clock.settle()
    const wide = range(1001, 1040).map((n) => log('a', `a-${n}`, { message: 'é'.repeat(n === 1020 ? 50_000 : 2000) }))
    bus.publish([await storeAll(wide)])
    await clock.settle()
    expect(store.calls.read).toBe(1)
    expect(seqsOf(follower.frames)).toStrictEqual(range(1, 1040))
    for (const { block } of follower.frames) {
      expect(block.lines.length).toBeLessThanOrEqual(LIMITS.logsPerFrame)
      expect(block.bytes <= LIMITS.bytesPerFrame || block.lines.length === 1).toBe(true)
    }
  })

  test('is kept for nobody', async () => {
    const { clock, feed, commit, follow } = await setUp()
    await commit(1, 100)
    expect({ size: feed.size, bytes: feed.bytes }).toStrictEqual({ size: 0, bytes: 0 })
    // One who has not been told the head yet is not served beside what it is about to read.
    const follower = follow()
    await commit(101, 200)
    await clock.settle()
    expect(seqsOf(follower.frames)).toStrictEqual(range(1, 200))
  })
})
