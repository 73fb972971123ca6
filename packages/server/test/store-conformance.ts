// The store port as tests: every sentence of its docstrings, for whichever driver is handed in. A driver that passes may stand behind the feed.

import { emptyExecution, fold, type NewExecutionLog } from '@runtail/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BlockRange, Store, StoredBlock } from '../src/store/store.ts'
import { storeModel } from './store-model.ts'
import { created, log, logs, parsed, range } from './support/logs.ts'

const EVERYTHING = { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }

/** Runs the suite; `open` makes a new, empty store each time. */
export function storeConformance(driver: string, open: () => Promise<Store>): void {
  describe(`${driver} store`, () => {
    let store: Store
    beforeEach(async () => {
      store = await open()
    })
    afterEach(() => store.close())

    const read = (id: string, limits: Partial<BlockRange> = {}): Promise<StoredBlock> =>
      store.read(id, { ...EVERYTHING, ...limits })
    const seqs = async (id: string, limits: Partial<BlockRange> = {}): Promise<number[]> =>
      parsed((await read(id, limits)).block).map(({ seq }) => seq)
    const append = async (id: string, sent: readonly NewExecutionLog[]) => {
      const [outcome] = await store.append([{ execution_id: id, logs: sent }])
      if (!outcome?.ok) throw new Error(`refused: ${outcome?.error.message}`)
      return outcome.result
    }

    test('has an epoch of its own, without a colon', async () => {
      const other = await open()
      expect(store.epoch).toMatch(/^[^:]+$/)
      expect(other.epoch).not.toBe(store.epoch)
      await other.close()
    })

    describe('create', () => {
      test('makes an execution without logs', async () => {
        const made = created('a', { name: 'Nightly', tags: ['x', 'y'] })
        expect(await store.create(made)).toStrictEqual(emptyExecution(made))
        expect(await store.get('a')).toStrictEqual(emptyExecution(made))
        expect(await read('a')).toMatchObject({ head: 0, block: { from: 1, lines: [] } })
      })

      test('gives the execution that has the id already, as it is now', async () => {
        await store.create(created('a', { name: 'first' }))
        await append('a', [log('a', '1', { event: 'execution.completed' })])
        const revision = await store.revision()
        const again = await store.create(created('a', { name: 'second', tags: ['late'] }))
        expect(again).toMatchObject({ name: 'first', tags: [], status: 'completed', head_seq: 1 })
        expect(again).toStrictEqual(await store.get('a'))
        expect(await store.revision()).toBe(revision)
      })

      test('refuses an id that belongs to another workflow, and leaves it alone', async () => {
        await store.create(created('a', { workflow_id: 'one' }))
        await expect(store.create(created('a', { workflow_id: 'two' }))).rejects.toMatchObject({
          code: 'conflict',
          retryable: false,
          data: { execution_id: 'a', workflow_id: 'one' },
        })
        expect(await store.get('a')).toMatchObject({ workflow_id: 'one' })
      })

      test('keeps every text as it came', async () => {
        for (const [index, text] of ['', 'a\0b', `'";--`, '😀 é', '\u2028', ' pad '].entries()) {
          const made = created(`e${index}`, { workflow_id: `w${text}`, name: text, tags: [text, text] })
          await store.create(made)
          expect(await store.get(`e${index}`)).toStrictEqual(emptyExecution(made))
        }
      })
    })

    describe('append', () => {
      test('gives seqs 1, 2, 3 … and keeps each log as the JSON text with its seq', async () => {
        await store.create(created('a'))
        const sent = logs('a', 1, 5)
        expect(await append('a', sent.slice(0, 2))).toStrictEqual({ head: 2, accepted: 2, duplicates: 0 })
        expect(await append('a', sent.slice(2))).toStrictEqual({ head: 5, accepted: 3, duplicates: 0 })
        const { block, head } = await read('a')
        expect(head).toBe(5)
        expect(block.from).toBe(1)
        expect(block.to).toBe(5)
        expect(block.lines).toStrictEqual(sent.map((one, index) => JSON.stringify({ ...one, seq: index + 1 })))
      })

      test('keeps any content unchanged', async () => {
        await store.create(created('a'))
        const contents: NewExecutionLog[] = [
          log('a', 'surrogate', { message: 'broken \ud800 half', error_message: '\udfff' }),
          log('a', 'nul', { message: 'a\0b\u001b[31mred\u001b[0m\r\n' }),
          log('a', 'unicode', { message: '😀\u2028\u2029é', step_name: 'Δ' }),
          log('a', 'numbers', { input_data: [0.1, 1e308, -5, 2 ** 53 - 1, null, true] }),
          log('a', 'keys', { input_data: JSON.parse('{"__proto__":{"a":1},"":"","toJSON":"x","1":2,"0":1}') as {} }),
          log('a', 'deep', { output_data: JSON.parse('['.repeat(60) + ']'.repeat(60)) as [] }),
          log('a', 'large', { message: 'x'.repeat(200_000) }),
          log('a', 'empty', { message: '', step_type: '' }),
        ]
        await append('a', contents)
        const { block } = await read('a')
        expect(parsed(block)).toStrictEqual(contents.map((one, index) => ({ ...one, seq: index + 1 })))
        expect(block.lines.every((line) => line.isWellFormed())).toBe(true)
      })

      test('drops known ids: of earlier calls, of the same batch, of another batch of the transaction', async () => {
        await store.create(created('a'))
        await append('a', logs('a', 1, 3))
        expect(await append('a', logs('a', 2, 5))).toStrictEqual({ head: 5, accepted: 2, duplicates: 2 })
        const twice = [log('a', 'x', { message: 'first' }), log('a', 'x', { message: 'second' })]
        expect(await append('a', twice)).toStrictEqual({ head: 6, accepted: 1, duplicates: 1 })
        const outcomes = await store.append([
          { execution_id: 'a', logs: [log('a', 'y'), log('a', 'z')] },
          { execution_id: 'a', logs: [log('a', 'z'), log('a', 'w')] },
        ])
        expect(outcomes).toMatchObject([
          { ok: true, result: { head: 8, accepted: 2, duplicates: 0 } },
          { ok: true, result: { head: 9, accepted: 1, duplicates: 1 } },
        ])
        const stored = parsed((await read('a')).block)
        expect(stored.map(({ id }) => id)).toStrictEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'x', 'y', 'z', 'w'])
        expect(stored.map(({ seq }) => seq)).toStrictEqual(range(1, 9))
        expect(stored[5]).toMatchObject({ message: 'first' })
      })

      test('a batch of nothing but known ids changes nothing', async () => {
        await store.create(created('a'))
        await append('a', logs('a', 1, 3))
        const before = { execution: await store.get('a'), revision: await store.revision() }
        expect(await append('a', logs('a', 1, 3))).toStrictEqual({ head: 3, accepted: 0, duplicates: 3 })
        expect({ execution: await store.get('a'), revision: await store.revision() }).toStrictEqual(before)
      })

      test('an id is known per execution', async () => {
        await store.create(created('a'))
        await store.create(created('b'))
        await append('a', [log('a', 'same')])
        expect(await append('b', [log('b', 'same')])).toStrictEqual({ head: 1, accepted: 1, duplicates: 0 })
        expect(parsed((await read('b')).block)).toMatchObject([{ id: 'same', execution_id: 'b' }])
      })

      test('refuses an unknown execution without touching the others of the transaction', async () => {
        await store.create(created('a'))
        const outcomes = await store.append([
          { execution_id: 'a', logs: logs('a', 1, 2) },
          { execution_id: 'nobody', logs: logs('nobody', 1, 2) },
          { execution_id: 'a', logs: logs('a', 3, 3) },
        ])
        expect(outcomes).toMatchObject([
          { ok: true, result: { head: 2 } },
          { ok: false, error: { code: 'not_found', data: { execution_id: 'nobody' } } },
          { ok: true, result: { head: 3 } },
        ])
        expect(await seqs('a')).toStrictEqual([1, 2, 3])
        expect(await store.get('nobody')).toBeUndefined()
      })

      test('takes no batches, and batches without logs', async () => {
        await store.create(created('a'))
        expect(await store.append([])).toStrictEqual([])
        expect(await append('a', [])).toStrictEqual({ head: 0, accepted: 0, duplicates: 0 })
      })

      test('folds the execution as core does', async () => {
        const made = created('a', { name: 'Nightly', tags: ['x'] })
        await store.create(made)
        const sent = [
          log('a', '1', { level: 'debug', timestamp: '2026-01-31T12:00:01.000Z' }),
          log('a', '2', { event: 'execution.progress', progress: 12.5 }),
          log('a', '3', { level: 'warning' }),
          log('a', '4', { level: 'error', event: 'execution.failed', error_message: 'broken \ud800' }),
          log('a', '5', { event: 'execution.completed' }),
        ]
        let expected = emptyExecution(made)
        for (const [index, one] of sent.entries()) {
          await append('a', [one])
          expected = fold(expected, { ...one, seq: index + 1 })
          expect(await store.get('a')).toStrictEqual(expected)
        }
        expect(expected).toMatchObject({ status: 'failed', head_seq: 5 })
      })

      test('a transaction that fails stores nothing of it, and hurts no later one', async () => {
        await store.create(created('a'))
        await store.create(created('b'))
        await append('a', logs('a', 1, 2))
        const before = { a: await store.get('a'), b: await store.get('b'), revision: await store.revision() }
        // No JSON can hold it: the validation at the door would not let it through.
        const broken = log('b', 'broken', { output_data: 1n as never })
        const transaction = store.append([
          { execution_id: 'a', logs: logs('a', 3, 4) },
          { execution_id: 'b', logs: [log('b', 'fine'), broken] },
        ])
        await expect(transaction).rejects.toMatchObject({ name: 'RuntailError', code: 'internal', retryable: true })
        expect({ a: await store.get('a'), b: await store.get('b'), revision: await store.revision() }).toStrictEqual(
          before,
        )
        expect(await append('a', logs('a', 3, 4))).toStrictEqual({ head: 4, accepted: 2, duplicates: 0 })
        expect(await append('b', [log('b', 'fine')])).toStrictEqual({ head: 1, accepted: 1, duplicates: 0 })
      })
    })

    describe('read', () => {
      beforeEach(async () => {
        await store.create(created('a'))
        await append('a', logs('a', 1, 20))
      })

      test('after: the first beyond it, lowest first', async () => {
        expect(await seqs('a', { after: 0, maxLogs: 3 })).toStrictEqual([1, 2, 3])
        expect(await seqs('a', { after: 17, maxLogs: 30 })).toStrictEqual([18, 19, 20])
        expect(await read('a', { after: 7, maxLogs: 2 })).toMatchObject({ block: { from: 8 }, head: 20 })
      })

      test('before: the last below it, in ascending order', async () => {
        expect(await seqs('a', { before: 21, maxLogs: 3 })).toStrictEqual([18, 19, 20])
        expect(await seqs('a', { before: 1000, maxLogs: 2 })).toStrictEqual([19, 20])
        expect(await seqs('a', { before: 5, maxLogs: 30 })).toStrictEqual([1, 2, 3, 4])
        expect(await read('a', { before: 5, maxLogs: 2 })).toMatchObject({ block: { from: 3 }, head: 20 })
      })

      test('both: the last between them', async () => {
        expect(await seqs('a', { after: 5, before: 10 })).toStrictEqual([6, 7, 8, 9])
        expect(await seqs('a', { after: 5, before: 10, maxLogs: 2 })).toStrictEqual([8, 9])
      })

      test('nothing there: an empty block that says what it waits for', async () => {
        for (const limits of [{ after: 20 }, { after: 25 }, { after: 5, before: 6 }, { after: 9, before: 3 }]) {
          expect(await read('a', limits)).toMatchObject({ block: { from: limits.after + 1, lines: [] }, head: 20 })
        }
        expect(await read('a', { before: 1 })).toMatchObject({ block: { from: 1, lines: [] }, head: 20 })
      })

      test('cuts by bytes of UTF-8, at the far end, but gives at least one', async () => {
        await store.create(created('b'))
        await append('b', [
          log('b', '1', { message: 'short' }),
          log('b', '2', { message: '€'.repeat(1000) }),
          log('b', '3', { message: 'x' }),
        ])
        const lines = (await read('b')).block.lines
        const bytes = (from: number, to: number) => Buffer.byteLength(lines.slice(from - 1, to).join(''))
        expect(await seqs('b', { maxBytes: bytes(1, 2) })).toStrictEqual([1, 2])
        expect(await seqs('b', { maxBytes: bytes(1, 2) - 1 })).toStrictEqual([1])
        expect(await seqs('b', { before: 4, maxBytes: bytes(2, 3) })).toStrictEqual([2, 3])
        expect(await seqs('b', { before: 4, maxBytes: bytes(2, 3) - 1 })).toStrictEqual([3])
        expect(await seqs('b', { after: 1, maxBytes: 1 })).toStrictEqual([2])
        expect(await seqs('b', { before: 3, maxBytes: 1 })).toStrictEqual([2])
      })

      test('a block stays as it was when more is appended', async () => {
        const { block } = await read('a')
        const lines = [...block.lines]
        await append('a', logs('a', 21, 30))
        expect(block.lines).toStrictEqual(lines)
      })

      test('an unknown execution is not found', async () => {
        await expect(read('nobody')).rejects.toMatchObject({ code: 'not_found', data: { execution_id: 'nobody' } })
        expect(await store.get('nobody')).toBeUndefined()
      })
    })

    describe('list', () => {
      const ids = async (query: Partial<Parameters<Store['list']>[0]> = {}) =>
        (await store.list({ limit: 100, ...query })).executions.map(({ id }) => id)

      test('newest made first, whatever the ids and times say', async () => {
        await store.create(created('b', { created_at: '2030-01-01T00:00:00.000Z' }))
        await store.create(created('c', { created_at: '2020-01-01T00:00:00.000Z' }))
        await store.create(created('a', { created_at: '2025-01-01T00:00:00.000Z' }))
        await append('b', logs('b', 1, 1))
        const list = await store.list({ limit: 100 })
        expect(list.executions.map(({ id }) => id)).toStrictEqual(['a', 'c', 'b'])
        expect(list.executions[2]).toStrictEqual(await store.get('b'))
        expect(list).not.toHaveProperty('next')
        expect(list.revision).toBe(await store.revision())
      })

      test('pages without a gap or a repetition, while others are made', async () => {
        for (const n of range(1, 7)) await store.create(created(`e${n}`))
        const first = await store.list({ limit: 3 })
        await store.create(created('late'))
        const second = await store.list({ limit: 3, before: first.next ?? NaN })
        const third = await store.list({ limit: 3, before: second.next ?? NaN })
        const pages = [first, second, third].map(({ executions }) => executions.map(({ id }) => id))
        expect(pages).toStrictEqual([['e7', 'e6', 'e5'], ['e4', 'e3', 'e2'], ['e1']])
        expect(third).not.toHaveProperty('next')
      })

      test('a full last page has no next', async () => {
        for (const n of range(1, 4)) await store.create(created(`e${n}`))
        const { next } = await store.list({ limit: 2 })
        expect(await store.list({ limit: 2, before: next ?? NaN })).not.toHaveProperty('next')
      })

      test('by status, by workflow, by both', async () => {
        await store.create(created('a', { workflow_id: 'one' }))
        await store.create(created('b', { workflow_id: 'two' }))
        await store.create(created('c', { workflow_id: 'one' }))
        await append('a', [log('a', '1', { event: 'execution.completed' })])
        await append('b', [log('b', '1', { event: 'execution.completed' })])
        expect(await ids({ status: 'completed' })).toStrictEqual(['b', 'a'])
        expect(await ids({ status: 'failed' })).toStrictEqual([])
        expect(await ids({ workflow_id: 'one' })).toStrictEqual(['c', 'a'])
        expect(await ids({ workflow_id: 'one', status: 'completed' })).toStrictEqual(['a'])
        const { next } = await store.list({ workflow_id: 'one', limit: 1 })
        expect(await ids({ workflow_id: 'one', before: next ?? NaN })).toStrictEqual(['a'])
      })
    })

    describe('changes', () => {
      const ids = async (after: number, limit = 100) =>
        (await store.changes(after, limit)).executions.map(({ id }) => id)

      test('each execution once, in its newest state, oldest change first', async () => {
        for (const id of ['a', 'b', 'c']) await store.create(created(id))
        await append('a', logs('a', 1, 2))
        await append('b', logs('b', 1, 1))
        await append('a', logs('a', 3, 3))
        const { executions, revision } = await store.changes(0, 100)
        expect(executions.map(({ id }) => id)).toStrictEqual(['c', 'b', 'a'])
        expect(executions[2]).toStrictEqual(await store.get('a'))
        expect(revision).toBe(await store.revision())
      })

      test('goes on from its revision, also where the limit cut it', async () => {
        for (const id of ['a', 'b', 'c']) await store.create(created(id))
        const first = await store.changes(0, 2)
        expect(first.executions.map(({ id }) => id)).toStrictEqual(['a', 'b'])
        const second = await store.changes(first.revision, 2)
        expect(second.executions.map(({ id }) => id)).toStrictEqual(['c'])
        await append('a', logs('a', 1, 1))
        expect(await ids(second.revision)).toStrictEqual(['a'])
      })

      test('nothing changed: the revision that was asked for', async () => {
        await store.create(created('a'))
        const revision = await store.revision()
        expect(await store.changes(revision, 100)).toStrictEqual({ executions: [], revision })
        expect(await store.changes(revision + 7, 100)).toStrictEqual({ executions: [], revision: revision + 7 })
      })

      test('the revision grows with every change', async () => {
        const seen = [await store.revision()]
        await store.create(created('a'))
        seen.push(await store.revision())
        await append('a', logs('a', 1, 1))
        seen.push(await store.revision())
        await store.append([{ execution_id: 'a', logs: logs('a', 2, 3) }])
        seen.push(await store.revision())
        expect(seen).toStrictEqual([...new Set(seen)].toSorted((a, b) => a - b))
        expect(seen).toHaveLength(4)
      })
    })

    describe('knows', () => {
      const at = (seq: number, epoch = store.epoch) => ({ epoch, seq })

      test('what it gave out, of each execution for itself', async () => {
        await store.create(created('a'))
        await store.create(created('b'))
        await append('a', logs('a', 1, 5))
        for (const seq of [0, 1, 5]) expect(await store.knows(at(seq), 'a')).toBe(true)
        expect(await store.knows(at(0), 'b')).toBe(true)
        expect(await store.knows(at(6), 'a')).toBe(false)
        expect(await store.knows(at(1), 'b')).toBe(false)
        expect(await store.knows(at(5, 'another'), 'a')).toBe(false)
        expect(await store.knows(at(0, 'another'), 'a')).toBe(false)
      })

      test('revisions that it gave out', async () => {
        await store.create(created('a'))
        await append('a', logs('a', 1, 5))
        const revision = await store.revision()
        expect(await store.knows(at(0))).toBe(true)
        expect(await store.knows(at(revision))).toBe(true)
        expect(await store.knows(at(revision + 1))).toBe(false)
        expect(await store.knows(at(revision, 'another'))).toBe(false)
      })
    })

    test('after close everything is refused as closed', async () => {
      await store.create(created('a'))
      await store.close()
      const calls: (() => Promise<unknown>)[] = [
        () => store.create(created('b')),
        () => store.append([]),
        () => read('a'),
        () => store.get('a'),
        () => store.list({ limit: 1 }),
        () => store.changes(0, 1),
        () => store.revision(),
        () => store.knows({ epoch: store.epoch, seq: 0 }),
      ]
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'closed' })
      await expect(store.close()).resolves.toBeUndefined()
    })

    storeModel(open)
  })
}
