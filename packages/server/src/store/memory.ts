// The store port in a few maps, in the shortest form that does what every driver must do; for tests, nothing outlives the process.

import {
  decide,
  emptyExecution,
  foldNext,
  toRuntailError,
  type Cursor,
  type Execution,
  type NewExecution,
} from '@runtail/core'
import { LogBlock } from '../block.ts'
import { randomEpoch } from './epoch.ts'
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

/** All that is known of one execution; replaced as a whole, so a transaction that fails leaves the old one in place. */
interface Entry {
  readonly execution: Execution
  readonly ordinal: number
  readonly revision: number
  readonly ids: ReadonlySet<string>
  /** The log with seq n at n - 1. */
  readonly lines: readonly string[]
}

/** Logs in memory. */
export class MemoryStore implements Store {
  readonly epoch: string
  #entries = new Map<string, Entry>()
  #revision = 0
  #closed = false

  constructor(options: { readonly epoch?: string } = {}) {
    this.epoch = options.epoch ?? randomEpoch()
  }

  async knows({ epoch, seq }: Cursor, executionId?: string): Promise<boolean> {
    this.#assertOpen()
    const newest = executionId === undefined ? this.#revision : this.#entries.get(executionId)?.lines.length
    return epoch === this.epoch && newest !== undefined && seq <= newest
  }

  async create(created: NewExecution & { readonly id: string; readonly created_at: string }): Promise<Execution> {
    this.#assertOpen()
    const existing = this.#entries.get(created.id)?.execution
    if (existing && existing.workflow_id !== created.workflow_id) throw conflict(existing, created.workflow_id)
    if (existing) return existing
    const execution = emptyExecution(created)
    const ordinal = this.#entries.size + 1
    this.#revision += 1
    this.#entries.set(created.id, { execution, ordinal, revision: this.#revision, ids: new Set(), lines: [] })
    return execution
  }

  async append(batches: readonly AppendBatch[]): Promise<readonly AppendOutcome[]> {
    this.#assertOpen()
    try {
      return this.#transaction(batches)
    } catch (error) {
      throw toRuntailError(error)
    }
  }

  async read(executionId: string, range: BlockRange): Promise<StoredBlock> {
    this.#assertOpen()
    const entry = this.#entries.get(executionId)
    if (!entry) throw notFound(executionId)
    const { after = 0, before, maxLogs, maxBytes } = range
    const head = entry.lines.length
    // From `edge` on in the order of reading, until the logs or the bytes are full.
    const step = before === undefined ? 1 : -1
    const edge = before === undefined ? after : Math.min(before, head + 1)
    let count = 0
    for (let bytes = 0; count < maxLogs; count += 1) {
      const seq = edge + (count + 1) * step
      const line = seq > after ? entry.lines[seq - 1] : undefined
      if (line === undefined) break
      bytes += Buffer.byteLength(line)
      if (count > 0 && bytes > maxBytes) break
    }
    const from = before === undefined || count === 0 ? after + 1 : edge - count
    return { block: new LogBlock(from, entry.lines.slice(from - 1, from - 1 + count)), head }
  }

  async get(executionId: string): Promise<Execution | undefined> {
    this.#assertOpen()
    return this.#entries.get(executionId)?.execution
  }

  async list(query: ExecutionQuery): Promise<ExecutionList> {
    this.#assertOpen()
    const found = [...this.#entries.values()]
      .filter(({ execution }) => query.status === undefined || execution.status === query.status)
      .filter(({ execution }) => query.workflow_id === undefined || execution.workflow_id === query.workflow_id)
      .filter(({ ordinal }) => query.before === undefined || ordinal < query.before)
      .toSorted((a, b) => b.ordinal - a.ordinal)
    const page = found.slice(0, query.limit)
    const last = page.at(-1)
    return {
      executions: page.map(({ execution }) => execution),
      ...(found.length > page.length && last ? { next: last.ordinal } : {}),
      revision: this.#revision,
    }
  }

  async changes(afterRevision: number, limit: number): Promise<ExecutionChanges> {
    this.#assertOpen()
    const changed = [...this.#entries.values()]
      .filter(({ revision }) => revision > afterRevision)
      .toSorted((a, b) => a.revision - b.revision)
      .slice(0, limit)
    return {
      executions: changed.map(({ execution }) => execution),
      revision: changed.at(-1)?.revision ?? afterRevision,
    }
  }

  async revision(): Promise<number> {
    this.#assertOpen()
    return this.#revision
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #transaction(batches: readonly AppendBatch[]): AppendOutcome[] {
    const changed = new Map<string, Entry>()
    let revision = this.#revision
    const outcomes = batches.map(({ execution_id: id, logs }): AppendOutcome => {
      const before = changed.get(id) ?? this.#entries.get(id)
      if (!before) return { ok: false, error: notFound(id) }
      const { accepted, duplicates } = decide(before.ids, logs)
      const execution = foldNext(before.execution, accepted)
      const lines = [...before.lines]
      for (const log of accepted) lines.push(JSON.stringify({ ...log, seq: lines.length + 1 }))
      if (accepted.length > 0) {
        revision += 1
        const ids = before.ids.union(new Set(accepted.map((log) => log.id)))
        changed.set(id, { ...before, execution, revision, ids, lines })
      }
      const result = { head: execution.head_seq, accepted: accepted.length, duplicates }
      if (accepted.length === 0) return { ok: true, result }
      return { ok: true, result, block: new LogBlock(before.lines.length + 1, lines.slice(before.lines.length)) }
    })
    // Nothing can fail from here on: this is the commit.
    this.#revision = revision
    for (const [id, entry] of changed) this.#entries.set(id, entry)
    return outcomes
  }

  #assertOpen(): void {
    if (this.#closed) throw storeClosed()
  }
}
