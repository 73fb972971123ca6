// The SDK for Node: the same as in browsers, with a process that may end while a socket is open, and that delivers before it ends.

import { createClientOn } from '../client.ts'
import type { ClientOptions, RuntailClient } from '../types.ts'
import { nodePlatform } from './platform.ts'

/**
 * Makes a client. It connects at the first need, and then keeps one WebSocket, however many executions it reports and follows.
 * The socket alone does not keep the process alive; what was reported is delivered before the process ends by itself, for at most 5 s.
 * @throws RuntailError `invalid_option`
 */
export function createClient(options: ClientOptions): RuntailClient {
  return createClientOn(nodePlatform, options)
}

export { RuntailError } from '@runtail/core'
export type * from '../index.ts'
