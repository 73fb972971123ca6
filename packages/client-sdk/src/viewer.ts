// A session enters, what only reads leaves: following, watching and listing. Whoever needs no producer does not load one.

import type { Execution } from '@runtail/core'
import { ExecutionListView } from './execution-list-watch.ts'
import { ExecutionViews, ExecutionView } from './execution-watch.ts'
import { follow } from './follow.ts'
import { Remote } from './remote.ts'
import type { Session } from './session.ts'
import type {
  CloseResult,
  Connection,
  ExecutionListWatch,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  ListOptions,
  RuntailViewer,
  WatchOptions,
} from './types.ts'

/** The reading half of a client, whole by itself. */
export class Viewer implements RuntailViewer {
  readonly connection: Connection
  readonly executions: RuntailViewer['executions']
  readonly #session: Session
  readonly #remote: Remote
  readonly #views: ExecutionViews
  readonly #closing = new AbortController()

  constructor(session: Session) {
    const { onAnyError } = session
    const remote = new Remote(session.calls)
    this.#session = session
    this.#remote = remote
    this.connection = session.connection
    this.#views = new ExecutionViews((id, start) => new ExecutionView(remote, id, { ...start, onError: onAnyError }))
    this.executions = {
      get: (executionId: string): Promise<Execution> => remote.get(executionId),
      list: async (query?: ListOptions): Promise<readonly Execution[]> => (await remote.list({ ...query })).executions,
      watch: (query?: ListOptions): ExecutionListWatch => new ExecutionListView(remote, { ...query }, onAnyError),
    }
  }

  follow(executionId: string, { signal, ...options }: FollowOptions = {}): AsyncIterable<FollowUpdate> {
    const leaving = new AbortController()
    const signals = [this.#closing.signal, leaving.signal].concat(signal ?? [])
    const updates = follow(this.#remote, executionId, { ...options, signal: AbortSignal.any(signals) })
    const leave = updates.return.bind(updates)
    // Whoever leaves while nothing comes does not wait for what comes next, as generators do.
    updates.return = (value) => {
      leaving.abort()
      return leave(value)
    }
    return updates
  }

  watch(executionId: string, options?: WatchOptions): ExecutionWatch {
    return this.#views.get(executionId, options)
  }

  reconnect(): void {
    this.#session.connection.reconnect()
  }

  /** Ends all loops quietly. */
  endFollowing(): void {
    this.#closing.abort()
  }

  close(): Promise<CloseResult> {
    this.endFollowing()
    this.#session.close()
    return Promise.resolve({ unsent: 0, kept: 0 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
