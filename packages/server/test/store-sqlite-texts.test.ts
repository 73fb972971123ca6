// Logs that the SQLite store takes as one value: when it does, and that row by row they are the same.

import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { takeRows, type TakeOptions } from '../src/store/sqlite-logs.ts'
import { prepareStatements, type ArrayStatement, type Statements } from '../src/store/sqlite-statements.ts'
import { takeTexts } from '../src/store/sqlite-texts.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, logs, parsed, range } from './support/logs.ts'

const path = temporaryFolder()
let databases = 0

/** A store with executions a (of these messages) and b, which wrote in turn, and the statements of another connection to it. */
async function filled(
  messages: readonly string[],
): Promise<{ store: SqliteStore; connection: DatabaseSync; statements: Statements }> {
  const file = path(`${(databases += 1)}.db`)
  const store = await SqliteStore.open({ path: file })
  const connection = new DatabaseSync(file)
  onTestFinished(async () => {
    connection.close()
    await store.close()
  })
  for (const id of ['a', 'b']) await store.create(created(id))
  for (const [index, message] of messages.entries()) {
    await store.append([
      { execution_id: 'a', logs: [log('a', `a-${index + 1}`, { message })] },
      { execution_id: 'b', logs: logs('b', index + 1, index + 1) },
    ])
  }
  return { store, connection, statements: prepareStatements(connection) }
}

const LIMITS = { maxLogs: 256, maxBytes: 65_536 }

const options = (fields: Partial<TakeOptions> = {}): TakeOptions => ({
  executionId: 'a',
  after: 0,
  before: undefined,
  ...LIMITS,
  path: '',
  ...fields,
})

const ofSeqs = (from: number, to: number): string[] => range(from, to).map((seq) => `message ${seq}`)

test('the same logs as row by row, wherever it gives any, within the limits', async () => {
  const sizes = [1, 20, 300, 20, 20, 5000, 1, 1, 70_000, 300, 300, 2, 40_000, 3]
  const { statements } = await filled(sizes.map((size, index) => '€a"\u0000'.repeat(size).slice(0, size) + index))
  const limits = fc.record({
    after: fc.integer({ min: 0, max: sizes.length }),
    maxLogs: fc.integer({ min: 1, max: 20 }),
    maxBytes: fc.integer({ min: 1, max: 200_000 }),
  })
  let taken = 0
  fc.assert(
    fc.property(limits, (fields) => {
      const texts = takeTexts(statements, options(fields))
      if (!texts) return
      taken += 1
      const rows = takeRows(statements, options(fields))
      expect(texts.count).toBeGreaterThan(0)
      expect(texts.from).toBe(rows.from)
      expect(texts.lines).toStrictEqual(rows.lines.slice(0, texts.count))
      expect(texts.count).toBeLessThanOrEqual(rows.count)
    }),
    { numRuns: 500 },
  )
  expect(taken).toBeGreaterThan(100)
})

test('logs of about the same size fill a block', async () => {
  const { statements } = await filled(range(1, 300).map((seq) => 'x'.repeat(300 + (seq % 10))))
  const rows = takeRows(statements, options())
  expect(takeTexts(statements, options())).toMatchObject({ from: 1, to: rows.to, lines: rows.lines })
  expect(takeTexts(statements, options({ after: 290 }))).toMatchObject({ from: 291, to: 300 })
  expect(takeTexts(statements, options({ maxLogs: 3 }))).toMatchObject({ from: 1, to: 3 })
})

test('logs that become much larger do not all come into memory, to be dropped again: neither way, in neither direction', async () => {
  const small = range(1, 12).map(() => 'small')
  const large = range(1, 120).map(() => 'x'.repeat(250_000))
  const { statements } = await filled([...small, ...large, ...small])
  let most = 0
  const measured = <Statement extends ArrayStatement>(statement: Statement): ArrayStatement => ({
    get: (...values) => weighed(statement.get(...values)),
    all: (...values) => weighed(statement.all(...values)),
  })
  const weighed = <Answer>(answer: Answer): Answer => {
    const values: readonly unknown[] = Array.isArray(answer) ? answer.flat() : []
    const sizes = values.map((value) => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 0))
    most = Math.max(
      most,
      sizes.reduce((sum, size) => sum + size, 0),
    )
    return answer
  }
  const watched: Statements = {
    ...statements,
    textsBetween: measured(statements.textsBetween),
    firstBetween: measured(statements.firstBetween),
    lastBetween: measured(statements.lastBetween),
  }
  const page = { maxLogs: 1000, maxBytes: 768 * 1024 }
  const last = small.length + large.length + small.length
  const read = { forwards: 0, backwards: last + 1 }
  for (let reads = 0; read.forwards < last; reads += 1) {
    const taken = options({ after: read.forwards, ...page })
    const block = takeTexts(watched, taken) ?? takeRows(watched, taken)
    expect(block.from).toBe(read.forwards + 1)
    expect(reads).toBeLessThan(100)
    read.forwards = block.to
  }
  while (read.backwards > 1) {
    const block = takeRows(watched, options({ before: read.backwards, ...page }))
    expect(block.to).toBe(read.backwards - 1)
    read.backwards = block.from
  }
  expect(most).toBeLessThan(10 * 1024 * 1024)
})

test('nothing where nothing is, and nothing of the logs before a seq', async () => {
  const { statements } = await filled(ofSeqs(1, 5))
  for (const fields of [{ after: 5 }, { after: 2 ** 53 - 2 }, { executionId: 'nobody' }, { before: 4 }]) {
    expect(takeTexts(statements, options(fields))).toBeUndefined()
  }
})

test('a log without a checksum, as version 1 wrote it, is given row by row, also among others', async () => {
  const { store, connection, statements } = await filled(ofSeqs(1, 20))
  connection.exec(`UPDATE log_rows SET checksum = NULL WHERE execution = 1 AND seq = 12`)
  expect(takeTexts(statements, options({ after: 5 }))).toBeUndefined()
  expect(takeTexts(statements, options({ after: 12 }))).toMatchObject({ from: 13, to: 20 })
  expect(parsed((await store.read('a', LIMITS)).block).map(({ seq }) => seq)).toStrictEqual(range(1, 20))
})

test('beside logs that were removed: those before them, then those after them', async () => {
  const { store, connection, statements } = await filled(ofSeqs(1, 20))
  connection.exec(`DELETE FROM log_rows WHERE execution = 1 AND (seq <= 3 OR seq BETWEEN 9 AND 11)`)
  for (const after of [0, 3, 8, 10]) expect(takeTexts(statements, options({ after }))).toBeUndefined()
  expect((await store.read('a', LIMITS)).block).toMatchObject({ from: 4, to: 8 })
  expect((await store.read('a', { ...LIMITS, after: 5 })).block).toMatchObject({ from: 6, to: 8 })
  expect((await store.read('a', { ...LIMITS, after: 8 })).block).toMatchObject({ from: 12, to: 20 })
  expect(takeTexts(statements, options({ after: 11 }))).toMatchObject({ from: 12, to: 20 })
})

test.each([
  [
    'another letter',
    `UPDATE log_rows SET log = replace(log, 'message 12', 'message 13') WHERE execution = 1 AND seq = 12`,
  ],
  ['a text that is no JSON any more', `UPDATE log_rows SET log = substr(log, 2) WHERE execution = 1 AND seq = 12`],
  ['no text', `UPDATE log_rows SET log = '' WHERE execution = 1 AND seq = 12`],
  ['another checksum', `UPDATE log_rows SET checksum = checksum + 1 WHERE execution = 1 AND seq = 12`],
  [
    'the log of another execution',
    `UPDATE log_rows SET (log, checksum) = (SELECT log, checksum FROM log_rows WHERE execution = 2 AND seq = 12) WHERE execution = 1 AND seq = 12`,
  ],
  [
    'the log of another place',
    `UPDATE log_rows SET (log, checksum) = (SELECT log, checksum FROM log_rows WHERE execution = 1 AND seq = 4) WHERE execution = 1 AND seq = 12`,
  ],
])('%s: the logs before it, then an error that names it, then those after it', async (_what, damage) => {
  const { store, connection, statements } = await filled(ofSeqs(1, 20))
  connection.exec(damage)
  expect(takeTexts(statements, options())).toBeUndefined()
  const { block } = await store.read('a', LIMITS)
  expect(block).toMatchObject({ from: 1, to: 11 })
  await expect(store.read('a', { ...LIMITS, after: 11 })).rejects.toMatchObject({
    code: 'store_corrupt',
    message: expect.stringContaining('log 12 of execution a is damaged') as string,
    data: { execution_id: 'a', seq: 12 },
  })
  expect(takeTexts(statements, options({ after: 12 }))).toMatchObject({ from: 13, to: 20 })
})

test('a run that leads to a log before what was asked for: an error, where the log would be given a second time', async () => {
  const { store, connection } = await filled(ofSeqs(1, 20))
  connection.exec(`
    UPDATE runs SET first_log = (SELECT first_log FROM runs WHERE execution = 1 AND first_seq = 4)
    WHERE execution = 1 AND first_seq = 12`)
  expect((await store.read('a', LIMITS)).block).toMatchObject({ from: 1, to: 11 })
  const damaged = { code: 'store_corrupt', data: { execution_id: 'a', seq: 4 } }
  await expect(store.read('a', { ...LIMITS, after: 11 })).rejects.toMatchObject(damaged)
  expect((await store.read('a', { ...LIMITS, after: 12 })).block).toMatchObject({ from: 13, to: 20 })
})
