// What the caller of createClient chose enters, complete and checked options leave; every default stands here once.

import { RuntailError } from '@runtail/core'
import type { OutboxBounds } from './outbox.ts'
import type { ClientOptions, WebSocketConstructor } from './types.ts'

/** Options with nothing left open. */
export interface ResolvedOptions {
  readonly url: string
  readonly token: ClientOptions['token']
  readonly WebSocket: WebSocketConstructor
  readonly connectTimeoutMs: number
  readonly outbox: OutboxBounds & { readonly lingerMs: number }
  readonly onError: (error: RuntailError) => void
}

/** Fills in the defaults. @throws RuntailError `invalid_option` */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const { url, token, onError, connectTimeoutMs = 5000 } = options
  const { maxLogs = 100_000, maxBytes = 64 * 1024 * 1024, lingerMs = 5 } = options.outbox ?? {}
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  if (!WebSocket)
    throw invalid(
      'WebSocket',
      'must be given here: this platform has none. In Node 20, pass the class of the ws package',
    )
  if (!isWebSocketUrl(url)) throw invalid('url', "must be the ws:// or wss:// address of the server's /trpc")
  for (const [name, value] of Object.entries({ connectTimeoutMs, maxLogs, maxBytes })) {
    if (!(value > 0)) throw invalid(name, 'must be greater than 0')
  }
  return {
    url,
    token,
    WebSocket,
    connectTimeoutMs,
    // Well below LIMITS.frameBytes together with a line of the greatest length.
    outbox: { maxLogs, maxBytes, maxBatchBytes: 384 * 1024, lingerMs },
    onError: (error) => tell(onError, error),
  }
}

/** What the program's own handler throws is the program's, but must not come out of a call to `log`. */
function tell(onError: ClientOptions['onError'], error: RuntailError): void {
  try {
    onError?.(error)
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown
    })
  }
}

function isWebSocketUrl(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol)
}

function invalid(option: string, rule: string): RuntailError {
  return new RuntailError('invalid_option', { message: `Option ${option} ${rule}.`, data: { option } })
}
