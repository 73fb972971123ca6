// Invariants 2 and 7 at the entrance: acknowledged means committed, calls keep their order, and one caller's trouble is no other caller's.

import { LIMITS, RuntailError, type NewExecutionLog } from '@runtail/core'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Hint } from '../src/bus/bus.ts'
import { LocalBus } from '../src/bus/local.ts'
import { groupLength, Ingest, type IngestOptions } from '../src/ingest.ts'
import { created, log, logs, parsed, range } from './support/logs.ts'
import { ObservedStore } from './support/observed-store.ts'
import { everyStore } from './support/stores.ts'
import { VirtualClock } from './support/virtual-clock.ts'

const EVERYTHING = { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }

describe.each(everyStore())('ingest over the %s store', (_, open) => {
  async function setUp(options: Partial<IngestOptions> = {}) {
    const clock = new VirtualClock()
    const real = await open()
    const store = new ObservedStore(real)
    const bus = new LocalBus()
    const hints: Hint[] = []
    bus.subscribe((hint) => hints.push(hint))
    const ingest = new Ingest({ store, bus, clock, newId: () => 'made', ...options })
    onTestFinished(async () => {
      const closing = ingest.close()
      await clock.settle()
      await closing
    })
    for (const id of ['a', 'b']) await real.create(created(id))
    const stored = async (id: string) => parsed((await real.read(id, EVERYTHING)).block).map((one) => one.id)
    return { clock, store, bus, hints, ingest, stored }
  }

  describe('create', () => {
    test('makes id and time where they are absent, and tells the bus, so that lists hear of it', async () => {
      const { clock, ingest, hints } = await setUp()
      const made = await ingest.create({ workflow_id: 'w', tags: ['x'] })
      expect(made).toMatchObject({ id: 'made', workflow_id: 'w', tags: ['x'], status: 'pending' })
      expect(made.created_at).toBe(new Date(clock.now()).toISOString())
      expect(hints).toStrictEqual([{ execution_id: 'made', head: 0 }])
    })

    test('keeps what the caller chose; the same id again is the same execution', async () => {
      const { ingest } = await setUp()
      const chosen = created('mine', { name: 'first' })
      expect(await ingest.create(chosen)).toMatchObject(chosen)
      expect(await ingest.create({ ...chosen, name: 'second' })).toMatchObject({ name: 'first' })
      await expect(ingest.create({ ...chosen, workflow_id: 'other' })).rejects.toMatchObject({ code: 'conflict' })
    })

    test('without a maker of its own: an id that rises with time', async () => {
      const ingest = new Ingest({ store: await open(), bus: new LocalBus() })
      const { id } = await ingest.create({ workflow_id: 'w' })
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
      expect(Math.abs(Number.parseInt(id.replace('-', '').slice(0, 12), 16) - Date.now())).toBeLessThan(60_000)
    })
  })

  describe('append', () => {
    test('acknowledges after the commit, and only then tells the bus', async () => {
      const { clock, store, hints, ingest, stored } = await setUp()
      const commit = Promise.withResolvers<void>()
      store.delay = () => commit.promise
      let acknowledged = false
      const appending = ingest.append('a', logs('a', 1, 3)).then((result) => {
        acknowledged = true
        return result
      })
      await clock.settle()
      expect({ acknowledged, hints, calls: store.calls.append }).toStrictEqual({
        acknowledged: false,
        hints: [],
        calls: 1,
      })
      commit.resolve()
      expect(await appending).toStrictEqual({ head: 3, accepted: 3, duplicates: 0 })
      expect(hints).toMatchObject([{ execution_id: 'a', head: 3, block: { from: 1, to: 3 } }])
      expect(await stored('a')).toStrictEqual(['a-1', 'a-2', 'a-3'])
    })

    test('what comes together shares a transaction; what comes meanwhile shares the next', async () => {
      const { clock, store, hints, ingest, stored } = await setUp()
      const together = [
        ingest.append('a', logs('a', 1, 2)),
        ingest.append('b', logs('b', 1, 1)),
        ingest.append('a', logs('a', 3, 3)),
      ]
      await clock.turn()
      const commit = Promise.withResolvers<void>()
      store.delay = () => commit.promise
      const next = [ingest.append('a', logs('a', 4, 4))]
      await clock.settle()
      expect(store.calls.append).toBe(2)
      // This commit is under way; whoever comes now is for the one after it.
      const afterwards = [ingest.append('a', logs('a', 5, 5)), ingest.append('b', logs('b', 2, 2))]
      await clock.settle()
      expect(store.calls.append).toBe(2)
      commit.resolve()
      await clock.settle()
      expect(store.calls.append).toBe(3)
      const results = await Promise.all([...together, ...next, ...afterwards])
      expect(results.map(({ head }) => head)).toStrictEqual([2, 1, 3, 4, 5, 2])
      // One hint for each execution of a transaction, with its newest head and one block of all that its calls brought.
      expect(hints).toMatchObject([
        { execution_id: 'a', head: 3, block: { from: 1, to: 3 } },
        { execution_id: 'b', head: 1, block: { from: 1, to: 1 } },
        { execution_id: 'a', head: 4, block: { from: 4, to: 4 } },
        { execution_id: 'a', head: 5, block: { from: 5, to: 5 } },
        { execution_id: 'b', head: 2, block: { from: 2, to: 2 } },
      ])
      expect(await stored('a')).toStrictEqual(logs('a', 1, 5).map(({ id }) => id))
    })

    test('a transaction is bounded, so that the loop goes on in between', async () => {
      const { clock, store, ingest, stored } = await setUp({ maxLogsPerTransaction: 10 })
      const calls = range(1, 12).map((n) => ingest.append('a', logs('a', 4 * n - 3, 4 * n)))
      for (const turn of range(1, 6)) {
        await clock.turn()
        expect(store.calls.append).toBe(turn)
        expect(await stored('a')).toHaveLength(8 * turn)
      }
      await Promise.all(calls)
    })

    test('an unknown execution refuses its own call only', async () => {
      const { clock, ingest } = await setUp()
      const calls = [
        ingest.append('a', logs('a', 1, 1)),
        ingest.append('nobody', logs('nobody', 1, 1)),
        ingest.append('a', logs('a', 2, 2)),
      ]
      const settled = Promise.allSettled(calls)
      await clock.settle()
      expect(await settled).toMatchObject([
        { status: 'fulfilled', value: { head: 1 } },
        { status: 'rejected', reason: { code: 'not_found', retryable: false } },
        { status: 'fulfilled', value: { head: 2 } },
      ])
    })

    test('a transaction that fails is refused as retryable to all of it, and stored by the next try', async () => {
      const { clock, store, hints, ingest, stored } = await setUp()
      store.fault = () => new RuntailError('store_unavailable', { message: 'made by a test' })
      const failing = Promise.allSettled([ingest.append('a', logs('a', 1, 2)), ingest.append('b', logs('b', 1, 2))])
      await clock.settle()
      const refused = { status: 'rejected', reason: { code: 'store_unavailable', retryable: true } }
      expect(await failing).toMatchObject([refused, refused])
      expect(hints).toStrictEqual([])
      store.fault = () => undefined
      const again = Promise.all([ingest.append('a', logs('a', 1, 2)), ingest.append('b', logs('b', 1, 2))])
      await clock.settle()
      expect(await again).toMatchObject([
        { head: 2, accepted: 2 },
        { head: 2, accepted: 2 },
      ])
      expect(await stored('a')).toStrictEqual(['a-1', 'a-2'])
    })

    test('what one execution suffers from is refused to it alone, whoever shared its transaction', async () => {
      const { clock, store, hints, ingest, stored } = await setUp()
      const damaged = new RuntailError('store_corrupt', { message: 'made by a test' })
      const append = store.append
      store.append = (batches) =>
        batches.some((batch) => batch.execution_id === 'b') ? Promise.reject(damaged) : append(batches)
      const sent = ['a', 'b', 'a'].map((id, index) => ingest.append(id, logs(id, index + 1, index + 1)))
      const settled = Promise.allSettled(sent)
      await clock.settle()
      expect(await settled).toMatchObject([
        { status: 'fulfilled', value: { head: 1 } },
        { status: 'rejected', reason: damaged },
        { status: 'fulfilled', value: { head: 2 } },
      ])
      expect(await stored('a')).toStrictEqual(['a-1', 'a-3'])
      expect(hints.map(({ head }) => head)).toStrictEqual([1, 2])
    })

    test('a failure that is none of ours is refused as ours', async () => {
      const { clock, store, ingest } = await setUp()
      store.delay = () => Promise.reject(new TypeError('a defect'))
      const failing = ingest.append('a', logs('a', 1, 1)).catch((error: unknown) => error)
      await clock.settle()
      expect(await failing).toMatchObject({ name: 'RuntailError', code: 'internal', retryable: true })
    })

    test('logs of another execution are refused by their index, and nothing is stored', async () => {
      const { clock, store, ingest } = await setUp()
      const mixed = ingest.append('a', [log('a', '1'), log('b', '2')]).catch((error: unknown) => error)
      await clock.settle()
      expect(await mixed).toMatchObject({ code: 'invalid_input', data: { index: 1, execution_id: 'b' } })
      expect(store.calls.append).toBe(0)
    })

    const letters = (count: number, letter = 'x') => ({ output_data: letter.repeat(count) })
    const bytesBesides = Buffer.byteLength(JSON.stringify(log('a', '1', letters(0))))
    test.each([
      ['as long as a log may be', letters(LIMITS.logBytes - bytesBesides), 'stored'],
      ['one byte longer', letters(LIMITS.logBytes - bytesBesides + 1), 'refused'],
      ['of few letters with many bytes', letters(LIMITS.logBytes / 3, '€'), 'refused'],
      ['of few letters with long escapes', letters(LIMITS.logBytes / 6, '\u0001'), 'refused'],
      [
        'of two long messages that are fine each',
        { message: '€'.repeat(LIMITS.messageLength), error_message: 'x'.repeat(1000) },
        'refused',
      ],
      ['of something that JSON cannot hold', { input_data: 1n as never }, 'refused'],
    ] as [string, Partial<NewExecutionLog>, string][])('a log %s is %s', async (_name, fields, verdict) => {
      const { clock, ingest, stored } = await setUp()
      const batch = [log('a', '0'), log('a', '1', fields)]
      const appending = Promise.allSettled([ingest.append('a', batch)])
      await clock.settle()
      expect(await appending).toMatchObject([
        verdict === 'stored'
          ? { status: 'fulfilled', value: { head: 2 } }
          : { status: 'rejected', reason: { code: 'invalid_input', retryable: false, data: { index: 1 } } },
      ])
      expect(await stored('a')).toHaveLength(verdict === 'stored' ? 2 : 0)
    })

    test('more than may wait is refused as overloaded, at once; when there is room again it is taken', async () => {
      const { clock, store, ingest } = await setUp({ maxWaitingBytes: 100_000 })
      const commit = Promise.withResolvers<void>()
      store.delay = () => commit.promise
      const message = 'x'.repeat(30_000)
      const appends = range(1, 3).map((n) => ingest.append('a', [log('a', String(n), { message })]))
      const fourth = () => ingest.append('a', [log('a', '4', { message })])
      await expect(fourth()).rejects.toMatchObject({ code: 'overloaded', retryable: true })
      commit.resolve()
      await clock.settle()
      await Promise.all(appends)
      const again = fourth()
      await clock.settle()
      expect(await again).toMatchObject({ head: 4 })
    })

    test('a call that is larger than all that may wait is taken when nothing waits', async () => {
      const { clock, ingest } = await setUp({ maxWaitingBytes: 10 })
      const large = ingest.append('a', logs('a', 1, 3))
      await clock.settle()
      expect(await large).toMatchObject({ head: 3 })
    })
  })

  describe('close', () => {
    test('stores and acknowledges what waits, then refuses everything', async () => {
      const { clock, ingest, stored } = await setUp({ maxLogsPerTransaction: 2 })
      const order: string[] = []
      const calls = range(1, 5).map(async (n) => {
        const result = await ingest.append('a', logs('a', n, n))
        order.push(`acknowledged ${n}`)
        return result
      })
      const closing = ingest.close().then(() => order.push('closed'))
      await expect(ingest.append('a', logs('a', 9, 9))).rejects.toMatchObject({ code: 'closed' })
      await expect(ingest.create({ workflow_id: 'w' })).rejects.toMatchObject({ code: 'closed' })
      await clock.settle()
      await closing
      expect((await Promise.all(calls)).map(({ head }) => head)).toStrictEqual(range(1, 5))
      expect(await stored('a')).toHaveLength(5)
      expect(order).toStrictEqual([...range(1, 5).map((n) => `acknowledged ${n}`), 'closed'])
      await expect(ingest.close()).resolves.toBeUndefined()
    })
  })

  test('random calls and failures: what was acknowledged is stored once, each caller in its order, nothing else is', async () => {
    const step = fc.record({
      caller: fc.constantFrom('a', 'b'),
      count: fc.integer({ min: 0, max: 5 }),
      turns: fc.integer({ min: 0, max: 2 }),
      fails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), async (steps, most) => {
        const { clock, store, ingest, stored } = await setUp({ maxLogsPerTransaction: most })
        store.delay = () => new Promise((resolve) => clock.soon(resolve))
        const acknowledged: Promise<readonly NewExecutionLog[]>[] = []
        for (const [index, { caller, count, turns, fails }] of steps.entries()) {
          store.fault = () => (fails ? new RuntailError('store_unavailable', { message: 'made by a test' }) : undefined)
          const sent = logs(caller, 1, count, `${caller}-${index}`)
          acknowledged.push(
            ingest.append(caller, sent).then(
              () => sent,
              () => [],
            ),
          )
          for (const _turn of range(1, turns)) await clock.turn()
        }
        const closing = ingest.close()
        await clock.settle()
        await closing
        const all = (await Promise.all(acknowledged)).flat()
        for (const caller of ['a', 'b']) {
          const expected = all.filter((one) => one.execution_id === caller).map(({ id }) => id)
          expect(await stored(caller)).toStrictEqual(expected)
        }
      }),
      { numRuns: 30 },
    )
  }, 30_000)
})

describe('grouping', () => {
  const limits = { maxLogsPerTransaction: 10, maxBytesPerTransaction: 1000 }
  const call = (count: number, size = count) => ({ batch: { execution_id: 'a', logs: logs('a', 1, count) }, size })

  test.each([
    ['nothing', [], 0],
    ['all that fits', [call(4), call(5), call(1)], 3],
    ['no log too many', [call(4), call(5), call(2), call(1)], 2],
    ['no byte too many', [call(1, 600), call(1, 400), call(1, 1)], 2],
    ['a call that is too long, alone', [call(11), call(1)], 1],
    ['a call that is too large, alone', [call(1, 1001), call(1)], 1],
    ['calls without logs too', [call(10), call(0), call(0), call(1)], 3],
  ])('takes %s', (_name, waiting, expected) => {
    expect(groupLength(waiting, limits)).toBe(expected)
  })
})
