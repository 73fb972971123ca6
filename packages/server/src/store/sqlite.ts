// The store port on one SQLite file: an append is one transaction, synced before it is acknowledged; invariants 1 to 3.

import { emptyExecution, type Cursor, type Execution, type NewExecution } from '@runtail/core'
import type { DatabaseSync } from 'node:sqlite'
import { randomEpoch } from './epoch.ts'
import { Append } from './sqlite-append.ts'
import { openDatabase, transaction } from './sqlite-database.ts'
import { DatabaseFile } from './sqlite-file.ts'
import { Epochs } from './sqlite-epochs.ts'
import { sqliteError } from './sqlite-errors.ts'
import { takeRows } from './sqlite-logs.ts'
import { RecentExecutions } from './sqlite-recent.ts'
import { createdValues, executionOf, ordinalOf, revisionOf } from './sqlite-rows.ts'
import { takeTexts } from './sqlite-texts.ts'
import { listFor, prepareStatements, type Statements } from './sqlite-statements.ts'
import {
  conflict,
  notFound,
  storeClosed,
  type AppendBatch,
  type AppendOutcome,
  type BlockRange,
  type ExecutionChanges,
  type ExecutionList,
  type ExecutionQuery,
  type Store,
  type StoredBlock,
} from './store.ts'

/** What {@link SqliteStore.open} needs. */
export interface SqliteStoreOptions {
  /** The database file; it and its folder are made where they are absent. */
  readonly path: string
  /** Makes the epoch that begins with this opening. @default 48 random bits */
  readonly newEpoch?: () => string
  /** How long a call may block while another process writes to the same file. @default 250 */
  readonly busyTimeoutMs?: number
}

/**
 * Logs in one SQLite file. What of it is kept in memory between calls, the executions that were written last, is forgotten where another process has
 * written since; asked for in the transaction that writes, so a second process on the same file costs time but does no harm.
 */
export class SqliteStore implements Store {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  readonly #recent: RecentExecutions
  readonly #epochs: Epochs
  readonly #file: DatabaseFile
  #epoch: string

  /** @throws RuntailError `store_too_new`, `store_corrupt`, `store_unavailable` */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, newEpoch = randomEpoch, busyTimeoutMs = 250 } = options
    const database = openDatabase({ path, newEpoch, busyTimeoutMs })
    try {
      return new SqliteStore(path, database)
    } catch (error) {
      database.close()
      throw sqliteError(error, path)
    }
  }

  /** Over a database that `openDatabase` gave. */
  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
    this.#statements = prepareStatements(database)
    this.#recent = new RecentExecutions(this.#statements)
    this.#epochs = new Epochs(database)
    this.#file = new DatabaseFile(path)
    this.#epoch = this.#epochs.present()
  }

  get epoch(): string {
    return this.#epoch
  }

  async knows(cursor: Cursor, executionId?: string): Promise<boolean> {
    return this.#read(() => this.#epochs.knows(cursor, executionId))
  }

  async create(created: NewExecution & { readonly id: string; readonly created_at: string }): Promise<Execution> {
    return this.#write(() => {
      const existing = this.#execution(created.id)
      if (existing && existing.workflow_id !== created.workflow_id) throw conflict(existing, created.workflow_id)
      if (existing) return existing
      const execution = emptyExecution(created)
      this.#statements.insertExecution.run(...createdValues(execution, this.#nextRevision()))
      return execution
    })
  }

  async append(batches: readonly AppendBatch[]): Promise<readonly AppendOutcome[]> {
    const append = new Append(this.#statements, this.#recent, this.#path)
    try {
      const outcomes = this.#write(() => append.write(batches))
      append.committed()
      return outcomes
    } catch (error) {
      // It may have been committed all the same.
      this.#recent.clear()
      throw error
    }
  }

  async read(executionId: string, range: BlockRange): Promise<StoredBlock> {
    return this.#read(() => {
      const { after = 0, before, maxLogs, maxBytes } = range
      const options = { executionId, after, before, maxLogs, maxBytes, path: this.#path }
      const block = takeTexts(this.#statements, options) ?? takeRows(this.#statements, options)
      const head = this.#statements.head.get(executionId)?.[0]
      if (head === undefined) throw notFound(executionId)
      return { block, head: Number(head) }
    })
  }

  async get(executionId: string): Promise<Execution | undefined> {
    return this.#read(() => this.#execution(executionId))
  }

  async list(query: ExecutionQuery): Promise<ExecutionList> {
    return this.#read(() => {
      const revision = this.#revision()
      const { statement, values } = listFor(this.#statements, query)
      const rows = statement.all(...values)
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      const next = rows.length > page.length && last ? { next: ordinalOf(last) } : {}
      return { executions: page.map(executionOf), ...next, revision }
    })
  }

  async changes(afterRevision: number, limit: number): Promise<ExecutionChanges> {
    return this.#read(() => {
      const rows = this.#statements.changed.all(afterRevision, limit)
      const last = rows.at(-1)
      return { executions: rows.map(executionOf), revision: last ? revisionOf(last) : afterRevision }
    })
  }

  async revision(): Promise<number> {
    return this.#read(() => this.#revision())
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #execution(id: string): Execution | undefined {
    const row = this.#statements.execution.get(id)
    return row && executionOf(row)
  }

  #revision(): number {
    return Number(this.#statements.revision.get()?.[0])
  }

  #nextRevision(): number {
    return Number(this.#statements.nextRevision.get(1)?.[0])
  }

  #write<T>(work: () => T): T {
    return this.#run(() => {
      const result = transaction(this.#database, () => {
        // Nobody begins another one before the commit; to ask behind it would be a transaction of its own.
        this.#epoch = this.#epochs.present()
        return work()
      })
      // A file that was deleted still takes commits, which nobody will ever find.
      this.#file.assertInPlace()
      return result
    })
  }

  /** All that is read is of one state, whatever another process commits meanwhile; and each statement by itself would cost two calls of the system more. */
  #read<T>(work: () => T): T {
    return this.#run(() => {
      this.#database.exec('BEGIN')
      try {
        const result = work()
        this.#epoch = this.#epochs.present()
        return result
      } finally {
        // After some failures (a disk that cannot be read) SQLite has rolled back by itself.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      }
    })
  }

  #run<T>(work: () => T): T {
    if (!this.#database.isOpen) throw storeClosed()
    try {
      return work()
    } catch (error) {
      throw sqliteError(error, this.#path)
    }
  }
}
