// Random histories of several stores on one file, whose commits fail before, within and after they are made: what each store says is what the model says,
// whatever it kept in memory, and the tables hold each log once, where their keys say. Invariants 1 and 3.

import { emptyExecution, fold, type Execution, type NewExecutionLog } from '@runtail/core'
import fc from 'fast-check'
import { renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { LOGS_PER_CHUNK } from '../src/store/migrations/0003-narrow-keys.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, range } from './support/logs.ts'

const path = temporaryFolder()
const EVERYTHING = { maxLogs: 1000, maxBytes: Number.MAX_SAFE_INTEGER }
const IDS = ['a', 'b', 'c']

const store = fc.nat({ max: 2 })
const batch = fc.record({
  execution_id: fc.constantFrom(...IDS, 'nobody'),
  // Few, so that many are known.
  ids: fc.array(fc.integer({ min: 1, max: 40 }).map(String), { maxLength: 6 }),
  event: fc.constantFrom(undefined, undefined, undefined, 'execution.progress', 'execution.completed'),
})
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      store,
      append: fc.array(batch, { minLength: 1, maxLength: 3 }),
      /** `broken`: one of its logs cannot be written. `lost`: it is committed, and the file away when that is looked after. `locked`: by somebody else. */
      fate: fc.constantFrom('stored', 'stored', 'stored', 'broken', 'lost', 'locked'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ store, reopen: fc.constant(true as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
type Appended = Extract<Step, { fate: string }>

const history = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 40 }),
  /** How near the first logs are to the next chunk. */
  before: fc.nat({ max: 40 }),
})

class Play {
  readonly #file: string
  readonly #stores: SqliteStore[] = []
  readonly #model = new Map<string, string[]>(IDS.map((id) => [id, []]))
  readonly #executions = new Map<string, Execution>(IDS.map((id) => [id, emptyExecution(created(id))]))

  constructor(file: string) {
    this.#file = file
  }

  async begin(before: number): Promise<void> {
    for (const _ of range(1, 3)) this.#stores.push(await this.#opened())
    for (const id of IDS) await this.#at(0).create(created(id))
    this.#sql((connection) =>
      connection.exec(`UPDATE meta SET value = ${LOGS_PER_CHUNK - before} WHERE key = 'last_log'`),
    )
  }

  async do(one: Step): Promise<void> {
    if ('fate' in one) return await this.#append(one)
    await this.#at(one.store).close()
    this.#stores[one.store] = await this.#opened()
  }

  /** What every store says is what was appended. */
  async expectSame(): Promise<void> {
    for (const [id, lines] of this.#model) {
      for (const one of this.#stores) {
        expect(await one.get(id)).toStrictEqual(this.#executions.get(id))
        expect((await one.read(id, EVERYTHING)).block.lines).toStrictEqual(lines)
        const backwards = await one.read(id, { ...EVERYTHING, before: lines.length + 1 })
        expect(backwards.block.lines).toStrictEqual(lines)
      }
    }
  }

  /** All logs of the tables, at the places that runs and spans tell. */
  stored() {
    return this.#sql((connection) => ({
      logs: connection.prepare('SELECT execution_id, seq, log FROM logs ORDER BY execution_id, seq').all(),
      ...connection
        .prepare(
          `SELECT (SELECT count(*) FROM log_rows) AS rows, (SELECT coalesce(sum(count), 0) FROM runs) AS ofRuns,
             (SELECT count(*) FROM (SELECT DISTINCT execution, chunk FROM runs)) - (SELECT count(*) FROM spans) AS spans,
             (SELECT count(*) FROM runs WHERE chunk <> first_log / ${LOGS_PER_CHUNK}) AS misplaced,
             (SELECT count(*) FROM log_rows WHERE ordinal > (SELECT value FROM meta WHERE key = 'last_log')) AS beyond,
             (SELECT value FROM meta WHERE key = 'revision') - (SELECT max(revision) FROM executions) AS revisions`,
        )
        .get(),
    }))
  }

  /** Each of them once, and the keys are of one mind. */
  sound() {
    const logs = [...this.#model].flatMap(([id, lines]) =>
      lines.map((line, index) => expect.objectContaining({ execution_id: id, seq: index + 1, log: line }) as unknown),
    )
    return { logs, rows: logs.length, ofRuns: logs.length, spans: 0, misplaced: 0, beyond: 0, revisions: 0 }
  }

  async end(): Promise<void> {
    for (const one of this.#stores) await one.close()
  }

  async #append({ store: index, append, fate }: Appended): Promise<void> {
    const batches = append.map(({ execution_id: id, ids, event }) => ({
      execution_id: id,
      logs: ids.map((one) => log(id, one, { ...(event && { event, progress: 50 }) })),
    }))
    const call = () => this.#at(index).append(batches)
    if (fate === 'broken') {
      // No JSON can hold it; validation would not let it through.
      batches.push({ execution_id: 'a', logs: [log('a', 'broken', { output_data: 1n as never })] })
      await expect(call()).rejects.toMatchObject({ code: 'internal' })
    } else if (fate === 'locked') {
      const other = new DatabaseSync(this.#file)
      other.exec('BEGIN IMMEDIATE; UPDATE executions SET head_seq = head_seq + 1')
      await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' })
      other.exec('ROLLBACK')
      other.close()
    } else if (fate === 'lost') {
      renameSync(this.#file, `${this.#file}.away`)
      await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' })
      renameSync(`${this.#file}.away`, this.#file)
      this.#appended(batches)
    } else {
      const outcomes = await call()
      const expected = this.#appended(batches)
      expect(outcomes.map((outcome) => outcome.ok && outcome.result)).toStrictEqual(
        expected.map(({ result }) => result),
      )
      expect(outcomes.map((outcome) => (outcome.ok && outcome.block?.lines) || [])).toStrictEqual(
        expected.map(({ lines }) => lines),
      )
    }
  }

  /** The model's answers. */
  #appended(batches: readonly { execution_id: string; logs: readonly NewExecutionLog[] }[]) {
    return batches.map(({ execution_id: id, logs }) => {
      const stored = this.#model.get(id)
      if (!stored) return { result: false as const, lines: [] }
      const before = stored.length
      for (const one of logs) {
        if (stored.some((line) => (JSON.parse(line) as NewExecutionLog).id === one.id)) continue
        const numbered = { ...one, seq: stored.length + 1 }
        stored.push(JSON.stringify(numbered))
        this.#executions.set(id, fold(this.#executions.get(id) ?? emptyExecution(created(id)), numbered))
      }
      const accepted = stored.length - before
      const result = { head: stored.length, accepted, duplicates: logs.length - accepted }
      return { result, lines: stored.slice(before) }
    })
  }

  #at(index: number): SqliteStore {
    const found = this.#stores[index]
    if (!found) throw new Error(`no store ${index}`)
    return found
  }

  /** Does not wait: whoever holds the lock in these histories holds it for the whole call. */
  #opened(): Promise<SqliteStore> {
    return SqliteStore.open({ path: this.#file, busyTimeoutMs: 0 })
  }

  #sql<Answer>(work: (connection: DatabaseSync) => Answer): Answer {
    const connection = new DatabaseSync(this.#file)
    try {
      return work(connection)
    } finally {
      connection.close()
    }
  }
}

test('three stores on one file, through commits that fail: all of them say what the model says, and so do the tables', async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(history, async ({ steps, before }) => {
      const play = new Play(path(`${(runs += 1)}.db`))
      await play.begin(before)
      for (const one of steps) await play.do(one)
      await play.expectSame()
      expect(play.stored()).toStrictEqual(play.sound())
      await play.end()
    }),
    { numRuns: 60 },
  )
}, 60_000)
