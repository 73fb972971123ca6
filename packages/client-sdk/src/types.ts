// The public shapes of the SDK: what a program holds when it produces, follows and watches; behaviour is in the files named after them.

import type {
  Execution,
  ExecutionLog,
  ExecutionStatus,
  LogBuffer,
  NewExecutionLog,
  RuntailError,
  SeqRange,
} from '@runtail/core'
import type { OutboxOptions, OutboxStats } from './outbox-types.ts'
import type { Api } from './wire.ts'

export type { OutboxOptions, OutboxStats } from './outbox-types.ts'

/** Anything with a current value that can be watched; fits Vue, React's `useSyncExternalStore` and Svelte. */
export interface Watchable<Snapshot> {
  /** The same object until something changed. */
  getSnapshot(): Snapshot
  /** Calls `listener` after each change (at most once per turn of the event loop). Returns what ends it; a watch runs while it has listeners. */
  subscribe(listener: () => void): () => void
}

/** `disconnected`: not wanted, closed, or the device is offline. `error`: attempts keep failing, or the server refuses us. */
export type ConnectionStatus = 'connecting' | 'connected' | 'disconnected' | 'error'

/** How the one connection of a client stands. */
export interface ConnectionSnapshot {
  readonly status: ConnectionStatus
  /** Unix milliseconds of the last change of status. */
  readonly sinceMs: number
  /** Failed attempts since the last success. */
  readonly attempt: number
  /** Unix milliseconds of the next attempt, while waiting for it. */
  readonly retryAtMs?: number
  /** Why the last attempt or connection ended. */
  readonly error?: RuntailError
}

/** The connection of a client: `runtail.connection.status` now, or watched. */
export interface Connection extends Watchable<ConnectionSnapshot> {
  readonly status: ConnectionStatus
}

/** A constructor like the browsers' `WebSocket`; the `ws` package's class fits. */
export type WebSocketConstructor = new (url: string) => WebSocketLike

/** The part of a `WebSocket` that the SDK uses. */
export interface WebSocketLike {
  send(data: string): void
  close(code?: number, reason?: string): void
  /** A method, so that the DOM's and `ws`'s overloads both fit. */
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: WebSocketEventLike) => void): void
}

/** The part of the events of a `WebSocket` that the SDK reads. */
export interface WebSocketEventLike {
  readonly type: string
  /** Of `message`. */
  readonly data?: unknown
  /** Of `close`. */
  readonly code?: number
  readonly reason?: string
  /** Of `error`, in Node. */
  readonly message?: unknown
}

/** Options of `createClient`. */
export interface ClientOptions {
  /** `ws://` or `wss://` address of the server's `/trpc`. */
  readonly url: string
  /** Sent on every connect; a function is asked each time. @default none */
  readonly token?: string | (() => string | Promise<string>)
  /** @default the global WebSocket (Node 20 has none: pass the class of the `ws` package) */
  readonly WebSocket?: WebSocketConstructor
  /** Milliseconds until a connect that nobody answers counts as failed. @default 5000 */
  readonly connectTimeoutMs?: number
  readonly outbox?: OutboxOptions
  /** Told about everything that went wrong without anybody to throw at: refused logs, overflow. @default nothing */
  readonly onError?: (error: RuntailError) => void
}

/** What `startExecution` takes. */
export interface StartExecution {
  readonly workflow_id: string
  /** @default a UUID v7 */
  readonly id?: string
  readonly name?: string
  readonly tags?: readonly string[]
  /** Any value; made into bounded JSON. */
  readonly input?: unknown
}

/** Fields a log may be given beside its message; each has a default that fits. */
export type LogFields = Partial<Omit<NewExecutionLog, 'execution_id' | 'input_data' | 'output_data'>> & {
  readonly input_data?: unknown
  readonly output_data?: unknown
}

/** Options of a step. */
export interface StepOptions {
  /** The log's `step_type`. @default 'step' */
  readonly type?: string
  readonly input?: unknown
  /** 1 for the first try. @default counted: one more than the failures in a row of a step of this name, here */
  readonly attempt?: number
}

/** What can be reported to, an execution or a step in it. Nothing here throws for the server's sake, or waits for it unless asked to. */
export interface Reporter {
  /** The id of the execution. */
  readonly executionId: string
  /**
   * With `outbox.onOverflow: 'block'` resolves when the outbox has room again; at once where it has, where the client is closed, and with
   * `drop-oldest`. It waits as long as the server is away. `await execution.ready()` before each line, or before a part of the work that
   * reports many. Never rejects.
   */
  ready(): Promise<void>
  /** Reports a line at `info`, or at `fields.level`. */
  log(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warning(message: string, fields?: LogFields): void
  /** Takes a message or what was thrown. */
  error(problem: unknown, fields?: LogFields): void
  /** Runs `work` as a step: started, completed or failed, duration, output and error are reported; its result or error passes through. */
  step<Result>(name: string, work: (step: StepHandle) => Result | Promise<Result>): Promise<Result>
  step<Result>(
    name: string,
    options: StepOptions,
    work: (step: StepHandle) => Result | Promise<Result>,
  ): Promise<Result>
}

/** A running step. */
export interface StepHandle extends Reporter {
  readonly stepId: string
}

/** A running execution, on the producer's side. */
export interface ExecutionHandle extends Reporter, AsyncDisposable {
  readonly id: string
  /** Reports 0 to 100. */
  progress(percent: number, message?: string): void
  /**
   * Ends it well; resolves when all of it is acknowledged, or at once where the client is closed. Never rejects. The first of
   * `complete`, `fail` and `cancel` counts. Left by `await using` without one of them, the execution is canceled, which waits for
   * the server for at most 5 s.
   */
  complete(output?: unknown): Promise<void>
  /** Ends it badly. */
  fail(problem: unknown): Promise<void>
  /** Ends it as canceled. */
  cancel(reason?: string): Promise<void>
  /** Resolves when everything reported so far is acknowledged. Rejects when `timeoutMs` passes before. */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>
}

/** Options of `follow`. */
export interface FollowOptions {
  /** Where to go on: a cursor that an update gave, or a seq. @default the first log */
  readonly after?: string | number
  readonly signal?: AbortSignal
}

/** One step of a follower, maybe without logs as a sign of life; together the updates hold every log after the cursor once, in order. */
export interface FollowUpdate {
  readonly logs: readonly ExecutionLog[]
  /** The fold up to the last log of this update, when followed from the first log; else the server's newest state. */
  readonly execution: Execution
  readonly head: number
  /** Hand it to `follow` later to go on after this update. */
  readonly cursor: string
  /** Ranges that the server no longer has, met in this update. */
  readonly gaps: readonly SeqRange[]
  /** The store was wiped or restored: everything before this update is void. */
  readonly reset: boolean
}

/** Where a watch stands: `live` has reached the head at least once, `ended` has everything of an execution that is over. */
export type WatchStatus = 'loading' | 'live' | 'ended' | 'not_found' | 'error'

/** Everything known of one execution. `logs` is one growing buffer, the same object all along; `version` tells that it grew. */
export interface ExecutionSnapshot {
  readonly status: WatchStatus
  readonly execution: Execution | undefined
  readonly logs: LogBuffer
  readonly version: number
  readonly head: number
  /** What of it is held: first and last seq, and the gaps between. */
  readonly completeness: {
    readonly first: number
    readonly last: number
    readonly gaps: readonly SeqRange[]
  }
  /** Unix milliseconds when something last came from the server. */
  readonly updatedMs: number
  readonly error?: RuntailError
}

/** A shared, live view of one execution. */
export type ExecutionWatch = Watchable<ExecutionSnapshot>

/** Which executions to list. */
export interface ListOptions {
  readonly status?: ExecutionStatus
  readonly workflow_id?: string
  /** @default 100 */
  readonly limit?: number
}

/** A live list, newest first. */
export interface ExecutionListSnapshot {
  readonly status: 'loading' | 'live' | 'error'
  readonly executions: readonly Execution[]
  /** Whether older ones can be had by `loadMore`. */
  readonly hasMore: boolean
  readonly updatedMs: number
  readonly error?: RuntailError
}

/** A live view of the list. */
export interface ExecutionListWatch extends Watchable<ExecutionListSnapshot> {
  loadMore(): Promise<void>
}

/** What could not be delivered when a client closed. */
export interface CloseResult {
  readonly unsent: number
  /** How many of them wait in `outbox.folder` for the next client; 0 without a folder. */
  readonly kept: number
}

/** Options of `close`. */
export interface CloseOptions {
  /** @default 5000 */
  readonly timeoutMs?: number
  /** Ends the waiting. */
  readonly signal?: AbortSignal
}

/** What only reads: everything of the SDK but producing. A third of its code stays out of a page that needs no more. */
export interface RuntailViewer extends AsyncDisposable {
  follow(executionId: string, options?: FollowOptions): AsyncIterable<FollowUpdate>
  watch(executionId: string): ExecutionWatch
  readonly executions: {
    get(executionId: string): Promise<Execution>
    list(options?: ListOptions): Promise<readonly Execution[]>
    watch(options?: ListOptions): ExecutionListWatch
  }
  readonly connection: Connection
  /** Tries to connect now, whatever the backoff says. */
  reconnect(): void
  /** Ends all followers, closes the socket, then resolves. Never rejects. */
  close(): Promise<CloseResult>
  /**
   * The typed tRPC client on the same connection, for everything else. Its calls fail when there is no answer within 10 s; its
   * subscriptions end with the connection (`follow`, `watch` and `executions.watch` go on by themselves).
   */
  readonly api: Api
}

/** The SDK: one WebSocket, however many executions. */
export interface RuntailClient extends RuntailViewer {
  /** Starts an execution; resolves at once, the server may be away. */
  startExecution(execution: StartExecution): Promise<ExecutionHandle>
  readonly outbox: Watchable<OutboxStats>
  /** Resolves when all that was reported is acknowledged. Rejects when `timeoutMs` passes before. */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>
  /**
   * Delivers what was reported, ends all followers, closes the socket, then resolves with what could not be sent. Gives up when the server
   * acknowledges nothing for `timeoutMs` (default 5000; 0 waits for nothing), or when the signal aborts. What another process left in
   * `outbox.folder` is waited for in the same way. Never rejects.
   */
  close(options?: CloseOptions): Promise<CloseResult>
}
