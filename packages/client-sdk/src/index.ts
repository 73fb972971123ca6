// The SDK for browsers and everything that is not Node: createClient and the types of what it gives.

import { createClientOn } from './client.ts'
import { webPlatform } from './platform.ts'
import type { ClientOptions, RuntailClient } from './types.ts'

/**
 * Makes a client. It connects at the first need, and then keeps one WebSocket, however many executions it reports and follows.
 * @throws RuntailError `invalid_option`
 */
export function createClient(options: ClientOptions): RuntailClient {
  return createClientOn(webPlatform, options)
}

export { RuntailError } from '@runtail/core'
export type {
  ClientOptions,
  CloseResult,
  Connection,
  ConnectionSnapshot,
  ConnectionStatus,
  ExecutionHandle,
  ExecutionListSnapshot,
  ExecutionListWatch,
  ExecutionSnapshot,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  ListOptions,
  LogFields,
  OutboxOptions,
  OutboxStats,
  Reporter,
  RuntailClient,
  StartExecution,
  StepHandle,
  StepOptions,
  Watchable,
  WatchStatus,
  WebSocketConstructor,
  WebSocketEventLike,
  WebSocketLike,
} from './types.ts'
export type { Api } from './wire.ts'
