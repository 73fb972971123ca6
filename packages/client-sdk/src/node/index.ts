// The SDK for Node: the same as in browsers, with a process that may end while a socket is open, and that delivers before it ends.

import { createClientOn } from '../client.ts'
import { resolveOptions } from '../options.ts'
import { Session } from '../session.ts'
import type { ClientOptions, RuntailClient, RuntailViewer, WebSocketConstructor } from '../types.ts'
import { Viewer } from '../viewer.ts'
import { detached } from './context.ts'
import { nodePlatform } from './platform.ts'
import { remembered } from './token.ts'

/**
 * Makes a client. It connects at the first need, and then keeps one WebSocket, however many executions it reports and follows.
 * The socket alone does not keep the process alive. Before the process ends by itself, what was reported is delivered, unless the server
 * acknowledges nothing for 5 s. A process that calls `process.exit()` has no such moment: `await runtail.close()` before it. For one that crashes there is
 * `handleCrashes`, for one that is killed `outbox.folder`.
 * @throws RuntailError `invalid_option`
 */
export function createClient(options: ClientOptions): RuntailClient {
  return createClientOn(nodePlatform, forNode(options))
}

/**
 * Makes a client that only reads.
 * @throws RuntailError `invalid_option`
 */
export function createViewer(options: Omit<ClientOptions, 'outbox' | 'redact'>): RuntailViewer {
  return new Viewer(new Session(nodePlatform, resolveOptions(forNode(options))))
}

/** What a client brings along lives for the client: its socket not within whoever reported first, its token for a crash. */
function forNode(options: ClientOptions): ClientOptions {
  const { token, WebSocket = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket } = options
  return {
    ...options,
    ...(token === undefined ? {} : { token: remembered(token) }),
    ...(WebSocket ? { WebSocket: detached(WebSocket) } : {}),
  }
}

export { RuntailError } from '@runtail/core'
export { handleCrashes, type CrashOptions } from './crashes.ts'
export type * from '../index.ts'
