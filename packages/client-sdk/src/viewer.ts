// Options enter, what only reads leaves: following, watching and listing over one connection. Whoever needs no producer does not load one.

import { toRuntailError, type Execution } from '@runtail/core'
import { Calls } from './calls.ts'
import { closed } from './closed.ts'
import { ConnectionRunner } from './connection.ts'
import { ExecutionListView } from './execution-list-watch.ts'
import { ExecutionViews, ExecutionView } from './execution-watch.ts'
import { follow } from './follow.ts'
import type { ResolvedOptions } from './options.ts'
import type { Platform } from './platform.ts'
import { Remote } from './remote.ts'
import type {
  CloseResult,
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
  readonly connection: ConnectionRunner
  readonly executions: RuntailViewer['executions']
  protected readonly calls: Calls
  protected readonly remote: Remote
  protected readonly onAnyError: (error: unknown) => void
  readonly #views: ExecutionViews
  readonly #closing = new AbortController()

  constructor(platform: Platform, options: ResolvedOptions) {
    const { url, token, WebSocket, connectTimeoutMs, onError } = options
    const onAnyError = (error: unknown): void => onError(toRuntailError(error))
    this.onAnyError = onAnyError
    this.connection = new ConnectionRunner({ url, token, WebSocket, connectTimeoutMs, platform, onError: onAnyError })
    this.calls = new Calls(this.connection)
    this.remote = new Remote(this.calls)
    this.#views = new ExecutionViews(
      (id, start) => new ExecutionView(this.remote, id, { ...start, onError: onAnyError }),
    )
    this.executions = {
      get: (executionId: string): Promise<Execution> => this.remote.get(executionId),
      list: async (query?: ListOptions): Promise<readonly Execution[]> =>
        (await this.remote.list({ ...query })).executions,
      watch: (query?: ListOptions): ExecutionListWatch => new ExecutionListView(this.remote, { ...query }, onAnyError),
    }
  }

  follow(executionId: string, { signal, ...options }: FollowOptions = {}): AsyncIterable<FollowUpdate> {
    const signals = [this.#closing.signal].concat(signal ?? [])
    return follow(this.remote, executionId, { ...options, signal: AbortSignal.any(signals) })
  }

  watch(executionId: string, options?: WatchOptions): ExecutionWatch {
    return this.#views.get(executionId, options)
  }

  reconnect(): void {
    this.connection.reconnect()
  }

  close(): Promise<CloseResult> {
    this.endFollowing()
    this.disconnect()
    return Promise.resolve({ unsent: 0, kept: 0 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  protected endFollowing(): void {
    this.#closing.abort()
  }

  protected disconnect(): void {
    this.calls.close(closed())
    this.connection.close()
  }
}
