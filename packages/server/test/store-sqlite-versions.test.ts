// Files of earlier versions, made as those made them: every log, position and id is what it was after opening.

import type { NewExecutionLog } from '@runtail/core'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { prepareStatements } from '../src/store/sqlite-statements.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, logs, parsed, range } from './support/logs.ts'
import { fileOf, insertExecution } from './support/old-file.ts'
import { openSqlite as open } from './support/stores.ts'

const path = temporaryFolder()
const EVERYTHING = { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }

test('version 1: what it gave out before is known, its logs are given', async () => {
  fileOf(1, path('one.db'), (connection) => {
    insertExecution(connection, 'a', 1)
    connection.exec(`INSERT INTO logs (execution_id, seq, id, log) VALUES ('a', 1, 'x', '{"id":"x","seq":1}')`)
  })
  const store = await open(path('one.db'))
  expect(await store.knows({ epoch: 'old', seq: 1 }, 'a')).toBe(true)
  expect(await store.knows({ epoch: 'old', seq: 1 })).toBe(true)
  await store.append([{ execution_id: 'a', logs: logs('a', 1, 1) }])
  expect(await store.knows({ epoch: 'old', seq: 2 }, 'a')).toBe(false)
  const { block } = await store.read('a', { maxLogs: 10, maxBytes: 1e6 })
  expect(parsed(block).map(({ seq }) => seq)).toStrictEqual([1, 2])
})

test('version 2, many logs of executions that wrote in turn: the same texts at the same seqs, known ids dropped, cursors known, and it goes on', async () => {
  const ids = ['a', 'b', 'c']
  const texts = new Map<string, string[]>(ids.map((id) => [id, []]))
  const stored = (id: string, seq: number): NewExecutionLog => log(id, `${id}-${seq}`, { message: `line ${seq}` })
  fileOf(2, path('two.db'), (connection) => {
    // Of which one has written only at the beginning, and one only at the end.
    const order = Array.from(
      { length: 13_000 },
      (_, index) => ids[index < 5000 ? index % 2 : index < 9000 ? 1 : (index % 2) + 1],
    )
    const insert = connection.prepare('INSERT INTO logs (execution_id, seq, id, log, checksum) VALUES (?, ?, ?, ?, ?)')
    const heads = Object.groupBy(order, (id) => id ?? '')
    for (const id of ids) insertExecution(connection, id, heads[id]?.length ?? 0)
    for (const id of order) {
      const lines = texts.get(id ?? '') ?? []
      const seq = lines.length + 1
      const line = JSON.stringify({ ...stored(id ?? '', seq), seq })
      lines.push(line)
      insert.run(id ?? '', seq, `${id}-${seq}`, line, crc32(`${id}:${seq}:${line}`))
    }
  })
  const store = await open(path('two.db'))
  for (const id of ids) {
    const lines = texts.get(id) ?? []
    const { block, head } = await store.read(id, EVERYTHING)
    expect(head).toBe(lines.length)
    expect(block.lines).toStrictEqual(lines)
    // Each log is a run by itself here: a way through the logs of others, either way, takes longer than a test may.
    const backwards = await store.read(id, { ...EVERYTHING, before: head + 1 })
    expect(backwards.block.lines).toStrictEqual(lines)
    expect(await store.knows({ epoch: 'old', seq: head }, id)).toBe(true)
    const [outcome] = await store.append([
      { execution_id: id, logs: [stored(id, 1), stored(id, head), stored(id, head + 1)] },
    ])
    expect(outcome).toMatchObject({ ok: true, result: { head: head + 1, accepted: 1, duplicates: 2 } })
    expect(await store.knows({ epoch: 'old', seq: head + 1 }, id)).toBe(false)
    expect((await store.read(id, { ...EVERYTHING, after: head - 1 })).block.lines).toHaveLength(2)
  }
})

test('logs of many executions over many commits: every page of every execution is what was appended, forwards and backwards', async () => {
  const store = await open(path('pages.db'))
  const ids = Array.from({ length: 7 }, (_, index) => `e${index}`)
  for (const id of ids) await store.create(created(id))
  const heads = new Map<string, number>(ids.map((id) => [id, 0]))
  for (let round = 0; round < 40; round += 1) {
    // Some write always, some now and then, and none as much as the others.
    const batches = ids.flatMap((id, index) => {
      if (round % (index + 1) > 0) return []
      const head = heads.get(id) ?? 0
      const count = 1 + ((round * 37 + index * 101) % 300)
      heads.set(id, head + count)
      return [{ execution_id: id, logs: logs(id, head + 1, head + count) }]
    })
    await store.append(batches)
  }
  const connection = new DatabaseSync(path('pages.db'), { readOnly: true })
  onTestFinished(() => connection.close())
  const spans = connection.prepare('SELECT count(*) AS spans, max(chunk) AS newest FROM spans').get()
  expect(Number(spans?.['newest'])).toBeGreaterThan(2)
  expect(Number(spans?.['spans'])).toBeGreaterThan(ids.length)
  for (const id of ids) {
    const head = heads.get(id) ?? 0
    const all = parsed((await store.read(id, EVERYTHING)).block).map((stored) => [stored.seq, stored.id])
    expect(all).toStrictEqual(logs(id, 1, head).map((made, index) => [index + 1, made.id]))
    for (let seq = 0; seq <= head + 1; seq += 61) {
      const seqs = async (range: { after?: number; before?: number }) =>
        parsed((await store.read(id, { ...range, maxLogs: 100, maxBytes: 1e6 })).block).map((stored) => stored.seq)
      const between = (from: number, to: number) => all.map(([at]) => Number(at)).filter((at) => at >= from && at <= to)
      expect(await seqs({ after: seq })).toStrictEqual(between(seq + 1, seq + 100))
      expect(await seqs({ before: seq })).toStrictEqual(between(seq - 100, seq - 1))
      expect(await seqs({ after: seq, before: seq + 50 })).toStrictEqual(between(seq + 1, seq + 49))
    }
  }
})

test('an execution goes on where somebody has removed the newest logs of the file', async () => {
  const store = await open(path('removed.db'))
  for (const id of ['a', 'b']) await store.create(created(id))
  await store.append([{ execution_id: 'a', logs: logs('a', 1, 5000) }])
  await store.append([{ execution_id: 'b', logs: logs('b', 1, 5000) }])
  await store.append([{ execution_id: 'a', logs: logs('a', 5001, 5001) }])
  const connection = new DatabaseSync(path('removed.db'))
  // Of a 4001 to 5000, all of b, and the last one of a.
  connection.exec('DELETE FROM log_rows WHERE ordinal > 4000')
  connection.close()
  const [outcome] = await store.append([{ execution_id: 'a', logs: logs('a', 5002, 5003) }])
  expect(outcome).toMatchObject({ ok: true, result: { head: 5003, accepted: 2 } })
  const seqs = async (after: number) =>
    parsed((await store.read('a', { ...EVERYTHING, after })).block).map(({ seq }) => seq)
  expect((await seqs(0)).at(-1)).toBe(4000)
  expect(await seqs(4000)).toStrictEqual([5002, 5003])
})

test('a read at the head goes through nothing that others have written since', async () => {
  const store = await SqliteStore.open({ path: path('since.db') })
  onTestFinished(() => store.close())
  for (const id of ['old', 'others']) await store.create(created(id))
  await store.append([{ execution_id: 'old', logs: logs('old', 1, 10) }])
  const fastestMs = async () => {
    const times: number[] = []
    for (const _ of range(1, 20)) {
      const startMs = performance.now()
      await store.read('old', { ...EVERYTHING, after: 10 })
      times.push(performance.now() - startMs)
    }
    return Math.min(...times)
  }
  const alone = await fastestMs()
  for (const n of range(0, 19)) {
    await store.append([{ execution_id: 'others', logs: logs('others', n * 1000 + 1, n * 1000 + 1000) }])
  }
  // By all of them it would be some hundred times as much.
  expect(await fastestMs()).toBeLessThan(10 * alone)
})

test('reads go by key at every step: nothing is scanned or sorted, however much is stored', async () => {
  await (await SqliteStore.open({ path: path('plans.db') })).close()
  const connection = new DatabaseSync(path('plans.db'), { readOnly: true })
  onTestFinished(() => connection.close())
  const statements = prepareStatements(connection)
  const { firstBetween, lastBetween, sizesBetween, textsBetween, execution, executionToAppend, changed, lists } =
    statements
  const logReads = [firstBetween, lastBetween, sizesBetween, textsBetween]
  const reads = [...logReads, execution, executionToAppend, changed, ...Object.values(lists)]
  for (const statement of reads) {
    const { sourceSQL } = statement as unknown as StatementSync
    const steps = connection
      .prepare(`EXPLAIN QUERY PLAN ${sourceSQL}`)
      .all()
      .map(({ detail }) => String(detail))
    expect(steps.filter((step) => !/^(SEARCH|(CORRELATED )?SCALAR SUBQUERY|REUSE SUBQUERY)/.test(step))).toStrictEqual(
      [],
    )
    expect(steps.length).toBeGreaterThan(0)
  }
})
