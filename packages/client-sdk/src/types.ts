// The public shapes of the SDK: what a program holds when it connects and produces; behaviour is in the files named after them.

// `AsyncDisposable`, also for programs whose own settings know nothing of it.
/// <reference lib="esnext.disposable" preserve="true" />

import type { Execution, RuntailApi, RuntailError } from '@runtail/core'
import type {
  ExecutionListWatch,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  ListOptions,
  WaitOptions,
  Watchable,
  WatchOptions,
} from './following-types.ts'
import type { OutboxOptions, OutboxStats } from './outbox-types.ts'
import type {
  ContinueExecution,
  ExecutionHandle,
  RedactOptions,
  Reporter,
  Reporting,
  StartExecution,
} from './producing-types.ts'

export type * from './following-types.ts'
export type { OutboxOptions, OutboxStats } from './outbox-types.ts'
export type * from './producing-types.ts'

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
  /** What is kept out of logs, beside the defaults; `false` keeps nothing out. @default the defaults of `RedactOptions` */
  readonly redact?: RedactOptions | false
  /** Told about everything that went wrong without anybody to throw at: refused logs, overflow, lines outside of any execution. @default nothing */
  readonly onError?: (error: RuntailError) => void
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

/** What only reads: everything of the SDK but producing and the typed API. More than half of its code stays out of a page that needs no more. */
export interface RuntailViewer extends AsyncDisposable {
  /**
   * Every log once and in order, history first, then live, through lost connections and restarts of the server; the late lines of an execution
   * that is over, too, so the loop ends by `break`, by the signal, or with the client. Leaving it leaves nothing open. To go on later, keep
   * `update.cursor`. @throws RuntailError where trying again cannot help: `not_found`, `forbidden`, …
   */
  follow(executionId: string, options?: FollowOptions): AsyncIterable<FollowUpdate>
  /** A live view of one execution, shared by all who ask for it. It follows while somebody subscribes to it. */
  watch(executionId: string, options?: WatchOptions): ExecutionWatch
  readonly executions: {
    get(executionId: string): Promise<Execution>
    /** Newest first. */
    list(options?: ListOptions): Promise<readonly Execution[]>
    /** A live list, newest first. It runs while somebody subscribes to it. */
    watch(options?: ListOptions): ExecutionListWatch
  }
  readonly connection: Connection
  /** Tries to connect now, whatever the backoff says. */
  reconnect(): void
  /** Ends all followers, closes the socket, then resolves. Never rejects. */
  close(): Promise<CloseResult>
}

/**
 * The SDK: one WebSocket, however many executions. In Node `runtail.log()`, `step()`, `progress()` and their sisters report to the innermost
 * step or execution in which they are called, across awaits, timers and streams; side by side ones do not mix. Outside of any, and always in
 * browsers (use the handles there), a step runs its work, lines go nowhere, and `onError` is told once (`no_context`).
 */
export interface RuntailClient extends RuntailViewer, Reporting {
  /**
   * The typed tRPC client on the same connection, for everything else. Its calls fail when there is no answer within 10 s; its
   * subscriptions end with the connection (`follow`, `watch` and `executions.watch` go on by themselves).
   */
  readonly api: RuntailApi
  /** Starts an execution; resolves at once, the server may be away. */
  startExecution(execution: StartExecution): Promise<ExecutionHandle>
  /**
   * Starts an execution, runs `work` in it, completes it with the result or fails it with the error; either passes through untouched, without
   * waiting for the server; a program that ends by this error has its end delivered where `handleCrashes` is asked for. What `work` ends itself
   * stays so. Within another execution it is one of its own.
   */
  execute<Result>(
    start: StartExecution,
    work: (execution: ExecutionHandle) => Result | Promise<Result>,
  ): Promise<Result>
  /**
   * Continues an execution that this or another process started. Nothing is sent until something is reported. Where no execution has the id,
   * lines wait a few minutes for it, and are given up then (`onError` is told `not_found`, at once and at last).
   */
  execution(id: string, options?: ContinueExecution): ExecutionHandle
  /** The innermost step or execution in which this is asked; undefined outside of any, and in browsers. */
  readonly current: Reporter | undefined
  /**
   * Resolves with the execution as it is when it is over: completed, failed or canceled. Goes on through lost connections and restarts of the
   * server, and does not fetch the logs of before. An execution that the server does not know is not waited for: it rejects with `not_found`;
   * whoever has just started it waits with `flush()` first. @throws RuntailError, or the reason of the signal or of the time that passed
   */
  waitForCompletion(executionId: string, options?: WaitOptions): Promise<Execution>
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
