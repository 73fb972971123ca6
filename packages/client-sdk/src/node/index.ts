// The SDK for Node: the same as in browsers, with a process that may end while a socket is open, and that delivers before it ends.

import { createClientOn } from '../client.ts'
import { resolveOptions } from '../options.ts'
import type { ClientOptions, RuntailClient, RuntailViewer } from '../types.ts'
import { Viewer } from '../viewer.ts'
import { nodePlatform } from './platform.ts'

/**
 * Makes a client. It connects at the first need, and then keeps one WebSocket, however many executions it reports and follows.
 * The socket alone does not keep the process alive. Before the process ends by itself, what was reported is delivered, unless the server
 * acknowledges nothing for 5 s; a process that is killed or calls `process.exit()` has no such moment and closes its client itself.
 * @throws RuntailError `invalid_option`
 */
export function createClient(options: ClientOptions): RuntailClient {
  return createClientOn(nodePlatform, options)
}

/**
 * Makes a client that only reads.
 * @throws RuntailError `invalid_option`
 */
export function createViewer(options: Omit<ClientOptions, 'outbox'>): RuntailViewer {
  return new Viewer(nodePlatform, resolveOptions(options))
}

export { RuntailError } from '@runtail/core'
export type * from '../index.ts'
