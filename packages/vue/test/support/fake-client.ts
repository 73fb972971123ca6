// Snapshots that a test sets enter, a client that hands them out leaves; it counts who listens. The real SDK is what e2e runs.

import type {
  ConnectionSnapshot,
  ExecutionListSnapshot,
  ExecutionSnapshot,
  RuntailViewer,
  Watchable,
} from '@runtail/client-sdk'
import { LogBuffer, RuntailError, type Execution, type ExecutionLog, type LogLevel, type SeqRange } from '@runtail/core'

/** Something watchable whose value a test sets. */
export class FakeWatchable<Snapshot> implements Watchable<Snapshot> {
  readonly listeners = new Set<() => void>()
  #snapshot: Snapshot

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
  }

  getSnapshot = (): Snapshot => this.#snapshot

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  set(changes: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changes }
    for (const listener of this.listeners) listener()
  }
}

/** A watch that remembers what it was asked to load. */
export class FakeExecutionWatch extends FakeWatchable<ExecutionSnapshot> {
  readonly loads: SeqRange[] = []
  /** How many of the last lines it was opened with. */
  last: number | undefined

  load = (range: SeqRange): Promise<void> => {
    this.loads.push(range)
    return Promise.resolve()
  }
}

/** A client in memory, and the handles of what it shows. */
export class FakeClient {
  readonly connection = new FakeWatchable<ConnectionSnapshot>({ status: 'connected', sinceMs: Date.now(), attempt: 0 })
  readonly watches = new Map<string, FakeExecutionWatch>()
  readonly lists = new Map<string, FakeWatchable<ExecutionListSnapshot>>()
  reconnects = 0
  /** What the server answers when asked for an execution; at first it has none. */
  get: (id: string) => Promise<Execution> = (id) =>
    Promise.reject(new RuntailError('not_found', { message: `There is no execution ${id}.` }))
  loadsOfMore = 0

  /** The watch of an execution, made on first use. */
  watch(id: string, options?: { readonly last?: number }): FakeExecutionWatch {
    const known = this.watches.get(id) ?? new FakeExecutionWatch(emptySnapshot())
    if (options) known.last = options.last
    this.watches.set(id, known)
    return known
  }

  /** The list of a status, or `all`. */
  list(status: string): FakeWatchable<ExecutionListSnapshot> {
    const known =
      this.lists.get(status) ??
      new FakeWatchable<ExecutionListSnapshot>({ status: 'loading', executions: [], hasMore: false, updatedMs: 0 })
    this.lists.set(status, known)
    return known
  }

  /** Everybody who listens to anything of this client. */
  get listenerCount(): number {
    return [this.connection, ...this.watches.values(), ...this.lists.values()].reduce(
      (sum, { listeners }) => sum + listeners.size,
      0,
    )
  }

  /** The part of a client that components use; anything else fails loudly. */
  get asClient(): RuntailViewer {
    const used = {
      connection: this.connection,
      watch: (id: string, options?: { readonly last?: number }) => this.watch(id, options ?? {}),
      executions: {
        get: (id: string) => this.get(id),
        watch: ({ status = 'all' }: { status?: string } = {}) => {
          const { getSnapshot, subscribe } = this.list(status)
          return { getSnapshot, subscribe, loadMore: () => Promise.resolve(void (this.loadsOfMore += 1)) }
        },
      },
      reconnect: () => void (this.reconnects += 1),
    }
    return used as unknown as RuntailViewer
  }
}

/** What a watch shows before anything came. */
export function emptySnapshot(): ExecutionSnapshot {
  return {
    status: 'loading',
    execution: undefined,
    logs: new LogBuffer(),
    version: 0,
    head: 0,
    completeness: { first: 0, last: 0, gaps: [], unloaded: [] },
    updatedMs: 0,
  }
}

/** What a watch shows of an execution with these logs. */
export function snapshotOf(execution: Execution, logs: LogBuffer): ExecutionSnapshot {
  return {
    status: 'live',
    execution,
    logs,
    version: logs.count,
    head: execution.head_seq,
    completeness: { first: logs.first, last: logs.last, gaps: logs.holes(), unloaded: [] },
    updatedMs: Date.now(),
  }
}

export function makeExecution(fields: Partial<Execution> = {}): Execution {
  return {
    id: '0192e4a0-0000-7000-8000-000000000001',
    workflow_id: 'nightly-import',
    tags: [],
    status: 'running',
    progress: null,
    created_at: '2026-01-31T12:00:00.000Z',
    started_at: '2026-01-31T12:00:00.000Z',
    head_seq: 0,
    log_counts: { debug: 0, info: 0, warning: 0, error: 0 },
    ...fields,
  }
}

export function makeLog(seq: number, fields: Partial<ExecutionLog> = {}): ExecutionLog {
  return {
    id: `log-${seq}`,
    execution_id: '0192e4a0-0000-7000-8000-000000000001',
    seq,
    timestamp: new Date(Date.UTC(2026, 0, 31, 12) + seq * 10).toISOString(),
    level: 'info',
    step_name: 'download',
    step_type: 'http',
    message: `line ${seq}`,
    ...fields,
  }
}

/** Puts `count` more lines at the end; every so many of them at `level`. */
export function putLines(
  logs: LogBuffer,
  count: number,
  every?: { readonly nth: number; readonly level: LogLevel },
): void {
  const from = logs.last + 1
  for (let seq = from; seq < from + count; seq += 1) {
    logs.put(makeLog(seq, every && seq % every.nth === 0 ? { level: every.level } : {}))
  }
}
