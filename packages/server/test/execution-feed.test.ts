// A watcher gets every change after its cursor, in its newest state; few frames, however many changes; and one read for all watchers.

import { RuntailError, type Cursor, type Execution } from '@runtail/core'
import fc from 'fast-check'
import { getEventListeners } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LocalBus } from '../src/bus/local.ts'
import { ExecutionFeed, type ExecutionChangesFrame } from '../src/execution-feed.ts'
import { Follower } from './support/follower.ts'
import { created, log, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { everyStore } from './support/stores.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const POLL_MS = 2000
const LATEST_POLL_MS = 1.1 * POLL_MS
const COALESCE_MS = 100

describe.each(everyStore())('execution feed over the %s store', (_, open) => {
  async function setUp() {
    const clock = new VirtualClock()
    const store = new ObservedStore(await open())
    const bus = new LocalBus()
    const feed = new ExecutionFeed({ store, bus, clock, random: () => 0.5, pollIntervalMs: POLL_MS })
    onTestFinished(() => feed.close())
    let logs = 0

    /** Makes an execution, or appends to it where it is there; without `tell` the hint is lost. */
    const change = async (id: string, tell = true): Promise<void> => {
      logs += 1
      await store.create(created(id))
      await store.append([{ execution_id: id, logs: [log(id, String(logs))] }])
      if (tell) bus.publish([{ execution_id: id, head: 1 }])
    }
    const watch = (cursor?: Cursor, paceMs?: () => number) =>
      new Follower<ExecutionChangesFrame>({
        clock,
        ...(paceMs && { paceMs }),
        open: (signal) => feed.watch(cursor, signal),
      })
    const at = (seq: number): Cursor => ({ epoch: store.epoch, seq })
    return { clock, store, bus, feed, change, watch, at }
  }
  const idsOf = (frames: readonly ExecutionChangesFrame[]) =>
    frames.map(({ executions }) => executions.map(({ id }) => id))

  test('without a cursor: an empty frame at once, then what changes from now on', async () => {
    const { clock, store, change, watch } = await setUp()
    await change('old', false)
    const revision = await store.revision()
    const watcher = watch()
    await clock.settle()
    expect(watcher.frames).toStrictEqual([{ executions: [], revision }])
    await change('new')
    await clock.settle()
    expect(watcher.frames[1]).toStrictEqual({
      executions: [await store.get('new')],
      revision: await store.revision(),
    })
  })

  test('from a page of the list: nothing that changed after it is missing', async () => {
    const { clock, store, change, watch, at } = await setUp()
    await change('a')
    const { revision } = await store.list({ limit: 10 })
    await change('b')
    await change('a')
    const watcher = watch(at(revision))
    await clock.settle()
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['b', 'a']])
    expect(watcher.frames.some(({ reset }) => reset)).toBe(false)
    expect(watcher.frames.at(-1)?.executions[1]).toMatchObject({ head_seq: 2 })
  })

  test.each([
    ['another epoch', { epoch: 'elsewhere', seq: 1 }],
    ['a revision beyond the newest', { seq: 1000 }],
  ])('a cursor of %s: a reset, then what changes from now on', async (_name, cursor) => {
    const { clock, store, change, watch, at } = await setUp()
    await change('old', false)
    const revision = await store.revision()
    const watcher = watch({ ...at(0), ...cursor })
    await clock.settle()
    expect(watcher.frames).toStrictEqual([{ executions: [], revision, reset: true }])
    await change('new')
    await clock.settle()
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['new']])
    expect(watcher.frames[1]).not.toHaveProperty('reset')
  })

  test('changes within 100 ms travel together, each execution once; the first does not wait', async () => {
    const { clock, change, watch } = await setUp()
    const watcher = watch()
    await clock.settle()
    await change('a')
    await clock.settle()
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['a']])
    for (const id of ['b', 'c', 'b', 'a', 'b']) {
      await clock.advance(10)
      await change(id)
    }
    await clock.advance(49)
    expect(watcher.frames).toHaveLength(2)
    await clock.advance(1)
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['a'], ['c', 'a', 'b']])
  })

  test('never more than one frame in 100 ms, also where polls find what hints did not tell', async () => {
    const { clock, change, watch } = await setUp()
    const times: number[] = []
    const watcher = watch(undefined, () => {
      times.push(clock.now())
      return 0
    })
    await clock.settle()
    for (const n of range(1, 400)) {
      await change('a', n % 3 === 0)
      await clock.advance(17)
    }
    const changes = times.slice(1)
    expect(changes.length).toBeGreaterThan(50)
    const gaps = changes.slice(1).map((time, index) => time - (changes[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(COALESCE_MS)
    await clock.advance(LATEST_POLL_MS)
    expect(watcher.frames.at(-1)?.executions.at(-1)).toMatchObject({ id: 'a', head_seq: 400 })
  })

  test('a backlog comes in bounded frames, one after another, without waiting', async () => {
    const { clock, change, watch, at } = await setUp()
    for (const n of range(1, 250)) await change(`e${n}`)
    const watcher = watch(at(0))
    await clock.settle()
    expect(watcher.frames.map(({ executions }) => executions.length)).toStrictEqual([0, 100, 100, 50])
    expect(idsOf(watcher.frames).flat()).toStrictEqual(range(1, 250).map((n) => `e${n}`))
  })

  test('a lost hint costs a poll interval, and no change', async () => {
    const { clock, change, watch } = await setUp()
    const watcher = watch()
    await clock.settle()
    await change('a', false)
    await clock.settle()
    expect(watcher.frames).toHaveLength(1)
    await clock.advance(LATEST_POLL_MS)
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['a']])
  })

  test('a quiet one: an empty frame every ten seconds', async () => {
    const { clock, store, change, watch } = await setUp()
    await change('a')
    const revision = await store.revision()
    const watcher = watch()
    await clock.advance(10_000 - LATEST_POLL_MS)
    expect(watcher.frames).toHaveLength(1)
    await clock.advance(2 * LATEST_POLL_MS)
    expect(watcher.frames.slice(1)).toStrictEqual([{ executions: [], revision }])
  })

  test('a thousand watchers: one read for each rhythm', async () => {
    const { clock, store, change, watch } = await setUp()
    const watchers = range(1, 1000).map(() => watch())
    await clock.settle()
    expect(store.calls.revision).toBe(1)
    const before = store.calls.changes
    for (const _change of range(1, 10)) {
      await change('a')
      await clock.advance(COALESCE_MS)
    }
    // Each change, and once more behind each to see that there is nothing beyond; polls come on top.
    expect(store.calls.changes - before).toBeLessThanOrEqual(2 * 10 + 2)
    for (const { frames } of watchers) expect(frames.at(-1)?.executions[0]).toMatchObject({ head_seq: 10 })
  })

  test('faults that pass are not felt, others end the stream', async () => {
    const { clock, store, change, watch } = await setUp()
    const fault = (code: 'store_unavailable' | 'store_corrupt') => () =>
      new RuntailError(code, { message: 'made by a test' })
    store.fault = fault('store_unavailable')
    const watcher = watch()
    await clock.advance(5000)
    store.fault = () => undefined
    await clock.advance(5000)
    await change('a')
    await clock.advance(5000)
    expect(idsOf(watcher.frames)).toStrictEqual([[], ['a']])
    store.fault = fault('store_corrupt')
    await clock.advance(LATEST_POLL_MS)
    expect(await watcher.end).toMatchObject({ code: 'store_corrupt' })
  })

  test('abort ends the stream at once, wherever it stands, and frees it', async () => {
    const never = () => new Promise<void>(() => {})
    for (const delay of [never, () => Promise.resolve()]) {
      const { clock, store, feed, watch } = await setUp()
      store.delay = delay
      const watcher = watch()
      await clock.settle()
      expect(getEventListeners(watcher.signal, 'abort')).toHaveLength(1)
      watcher.abort()
      await clock.settle()
      expect(await watcher.end).toBeUndefined()
      expect(getEventListeners(watcher.signal, 'abort')).toHaveLength(0)
      feed.close()
      expect(clock.timers).toBe(0)
    }
  })

  test('close ends every stream as closed, and nobody can watch any more', async () => {
    const { clock, store, feed, watch } = await setUp()
    const waiting = watch()
    await clock.settle()
    store.fault = () => new RuntailError('store_unavailable', { message: 'made by a test' })
    const retrying = watch()
    await clock.settle()
    feed.close()
    const late = watch()
    await clock.settle()
    for (const { end } of [waiting, retrying, late]) expect(await end).toMatchObject({ code: 'closed' })
    expect(clock.timers).toBe(0)
  })

  test('random changes, losses and paces: everybody ends with the newest state of all that changed', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      told: fc.boolean(),
      advanceMs: fc.constantFrom(0, 3, 60, 150),
      /** Makes a watcher with this pace before the change. */
      pace: fc.option(fc.constantFrom(0, 40, 700), { freq: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), async (steps) => {
        const { clock, store, feed, change, watch, at } = await setUp()
        const watchers: { watcher: Follower<ExecutionChangesFrame>; from: number }[] = []
        for (const { id, told, advanceMs, pace } of steps) {
          const from = await store.revision()
          if (pace !== null) watchers.push({ watcher: watch(at(from), () => pace), from })
          await change(id, told)
          await clock.advance(advanceMs)
        }
        await clock.advance(10_000)
        for (const { watcher, from } of watchers) {
          const known = new Map<string, Execution>()
          for (const { executions } of watcher.frames) for (const one of executions) known.set(one.id, one)
          const due = await store.changes(from, 100)
          expect([...known.values()]).toEqual(expect.arrayContaining([...due.executions]))
          expect(known.size).toBe(due.executions.length)
          const revisions = watcher.frames.map(({ revision }) => revision)
          expect(revisions).toStrictEqual(revisions.toSorted((a, b) => a - b))
        }
        feed.close()
      }),
      { numRuns: 30 },
    )
  }, 30_000)
})
