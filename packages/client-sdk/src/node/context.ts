// Work enters, and what Node carries along with it, across awaits, timers, streams and callbacks; the innermost reporter leaves, wherever it is asked for.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from '../context.ts'
import type { Reporter, WebSocketConstructor } from '../types.ts'

/** The context of one client: those of two clients in one process do not meet. */
export function newContext(): Context {
  const storage = new AsyncLocalStorage<Reporter>()
  return {
    current: () => storage.getStore(),
    within: (reporter, work) => storage.run(reporter, work),
  }
}

/** Runs something as if nobody had called it. */
const outside = AsyncLocalStorage.snapshot()

/** A WebSocket that lives for the client, and not within whoever happened to report first: what that one carries along would live as long. */
export function detached(WebSocket: WebSocketConstructor): WebSocketConstructor {
  return new Proxy(WebSocket, {
    construct: (target, [url]: [string]) => outside(() => new target(url)),
  })
}
