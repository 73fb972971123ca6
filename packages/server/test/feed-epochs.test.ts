// Cursors of earlier epochs at the feeds: the store judges them, once for all who bring the same, through faults that pass; what it does not know is told as a reset. Invariants 4 and 5.

import { RuntailError, type Cursor } from '@runtail/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../src/bus/local.ts'
import { ExecutionFeed } from '../src/execution-feed.ts'
import { Feed } from '../src/feed.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { Follower, seqsOf } from './support/follower.ts'
import { created, logs, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const path = temporaryFolder()
let files = 0

/** Feeds over a store in its second epoch; execution a had `before` logs in the first and has 10 now. */
async function setUp(before: number) {
  const database = path(`${(files += 1)}.db`)
  const first = await SqliteStore.open({ path: database })
  await first.create(created('a'))
  await first.append([{ execution_id: 'a', logs: logs('a', 1, before) }])
  const old = { epoch: first.epoch, revision: await first.revision() }
  await first.close()
  const second = await SqliteStore.open({ path: database })
  onTestFinished(() => second.close())
  await second.append([{ execution_id: 'a', logs: logs('a', before + 1, 10) }])
  const clock = new VirtualClock()
  const store = new ObservedStore(second)
  const options = { store, bus: new LocalBus(), clock, random: () => 0.5 }
  const feed = new Feed(options)
  const executionFeed = new ExecutionFeed(options)
  onTestFinished(() => {
    feed.close()
    executionFeed.close()
  })
  const follow = (cursor: Cursor) =>
    new Follower({ clock, open: (signal) => feed.follow('a', { start: cursor, signal }) })
  const watch = (cursor: Cursor) => new Follower({ clock, open: (signal) => executionFeed.watch(cursor, signal) })
  return { clock, store, follow, watch, old }
}

describe('a follower of an earlier epoch', () => {
  test('goes on from a log of that epoch, without a reset', async () => {
    const { clock, follow, old } = await setUp(6)
    const followers = [0, 3, 6].map((seq) => follow({ epoch: old.epoch, seq }))
    await clock.settle()
    expect(followers.map(({ frames }) => seqsOf(frames))).toStrictEqual([range(1, 10), range(4, 10), range(7, 10)])
    expect(followers.some(({ frames }) => frames[0]?.reset)).toBe(false)
  })

  test('begins anew at a log that is there, but was written later', async () => {
    const { clock, follow, old } = await setUp(6)
    const followers = [7, 10, 11].map((seq) => follow({ epoch: old.epoch, seq }))
    await clock.settle()
    for (const { frames } of followers) {
      expect(frames[0]).toMatchObject({ reset: true, block: { from: 1 } })
      expect(seqsOf(frames)).toStrictEqual(range(1, 10))
    }
  })

  test('a thousand that bring the same cost one question', async () => {
    const { clock, store, follow, old } = await setUp(6)
    const followers = range(1, 1000).map(() => follow({ epoch: old.epoch, seq: 6 }))
    await clock.settle()
    expect(followers.every(({ frames }) => seqsOf(frames).length === 4)).toBe(true)
    expect(store.calls.knows).toBe(1)
  })

  test('of the present epoch none', async () => {
    const { clock, store, follow } = await setUp(6)
    const follower = follow({ epoch: store.epoch, seq: 8 })
    await clock.settle()
    expect(seqsOf(follower.frames)).toStrictEqual([9, 10])
    expect(store.calls.knows).toBe(0)
  })

  test('waits for a store that is away, and is not reset for it', async () => {
    const { clock, store, follow, old } = await setUp(6)
    store.fault = (call) => (call === 'knows' ? new RuntailError('store_unavailable', { message: 'away' }) : undefined)
    const follower = follow({ epoch: old.epoch, seq: 6 })
    await clock.advance(5000)
    expect(follower.frames).toStrictEqual([])
    store.fault = () => undefined
    await clock.advance(5000)
    expect(seqsOf(follower.frames)).toStrictEqual(range(7, 10))
    expect(follower.frames[0]).not.toHaveProperty('reset')
  })

  test('that leaves while the store is asked has ended', async () => {
    const { clock, store, follow, old } = await setUp(6)
    store.delay = () => new Promise(() => undefined)
    const follower = follow({ epoch: old.epoch, seq: 6 })
    await clock.settle()
    follower.abort()
    await clock.settle()
    expect(await follower.end).toBeUndefined()
  })
})

describe('a watcher of executions of an earlier epoch', () => {
  test('goes on from a revision of that epoch, and begins anew at one that came later', async () => {
    const { clock, watch, store, old } = await setUp(6)
    const known = watch({ epoch: old.epoch, seq: old.revision })
    const lost = watch({ epoch: old.epoch, seq: await store.revision() })
    const stranger = watch({ epoch: 'another', seq: 0 })
    await clock.settle()
    expect(known.frames[0]).not.toHaveProperty('reset')
    expect(known.frames.flatMap(({ executions }) => executions.map(({ id }) => id))).toStrictEqual(['a'])
    for (const { frames } of [lost, stranger]) expect(frames).toMatchObject([{ executions: [], reset: true }])
  })
})
