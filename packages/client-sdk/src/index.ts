// The SDK for browsers and everything that is not Node: createClient, createViewer and the types of what it gives.

import { createClientOn } from './client.ts'
import { resolveOptions } from './options.ts'
import { webPlatform } from './platform.ts'
import { Session } from './session.ts'
import type { ClientOptions, RuntailClient, RuntailViewer } from './types.ts'
import { Viewer } from './viewer.ts'

/**
 * Makes a client. It connects at the first need, and then keeps one WebSocket, however many executions it reports and follows.
 * @throws RuntailError `invalid_option`
 */
export function createClient(options: ClientOptions): RuntailClient {
  return createClientOn(webPlatform, options)
}

/**
 * Makes a client that only reads: a page that shows executions needs no more, and loads less than half.
 * @throws RuntailError `invalid_option`
 */
export function createViewer(options: Omit<ClientOptions, 'outbox' | 'redact'>): RuntailViewer {
  return new Viewer(new Session(webPlatform, resolveOptions(options)))
}

export { RuntailError } from '@runtail/core'
export type {
  ErrorCode,
  Execution,
  ExecutionLog,
  ExecutionStatus,
  JsonValue,
  LogBuffer,
  LogEvent,
  LogLevel,
  RuntailApi,
  SeqRange,
} from '@runtail/core'
export type {
  AckFields,
  ClientOptions,
  CloseOptions,
  CloseResult,
  Completeness,
  Connection,
  ConnectionSnapshot,
  ConnectionStatus,
  ContinueExecution,
  ExecutionHandle,
  ExecutionListSnapshot,
  ExecutionListWatch,
  ExecutionSnapshot,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  ListOptions,
  LoadOptions,
  LogFields,
  OutboxOptions,
  OutboxStats,
  RedactOptions,
  Reporter,
  Reporting,
  RetryOptions,
  RuntailClient,
  RuntailViewer,
  StartExecution,
  StepHandle,
  StepOptions,
  WaitOptions,
  Watchable,
  WatchOptions,
  WatchStatus,
  WebSocketConstructor,
  WebSocketEventLike,
  WebSocketLike,
} from './types.ts'
