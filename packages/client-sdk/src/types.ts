// The public shapes of the SDK: what a program holds when it connects and produces; behaviour is in the files named after them.

import type { Execution, NewExecutionLog, RuntailApi, RuntailError } from '@runtail/core'
import type {
  ExecutionListWatch,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  ListOptions,
  Watchable,
  WatchOptions,
} from './following-types.ts'
import type { OutboxOptions, OutboxStats } from './outbox-types.ts'

export type * from './following-types.ts'
export type { OutboxOptions, OutboxStats } from './outbox-types.ts'

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

/** What only reads: everything of the SDK but producing and the typed API. Half of its code stays out of a page that needs no more. */
export interface RuntailViewer extends AsyncDisposable {
  follow(executionId: string, options?: FollowOptions): AsyncIterable<FollowUpdate>
  watch(executionId: string, options?: WatchOptions): ExecutionWatch
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
}

/** The SDK: one WebSocket, however many executions. */
export interface RuntailClient extends RuntailViewer {
  /**
   * The typed tRPC client on the same connection, for everything else. Its calls fail when there is no answer within 10 s; its
   * subscriptions end with the connection (`follow`, `watch` and `executions.watch` go on by themselves).
   */
  readonly api: RuntailApi
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
