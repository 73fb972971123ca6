// What the caller of createClient chose enters, complete and checked options leave; every default stands here once.

import { RuntailError } from '@runtail/core'
import type { OutboxBounds } from './outbox.ts'
import type { ClientOptions, WebSocketConstructor } from './types.ts'

/** How lines wait. With `block`, the bounds are twice what was asked for: the room of those who do not await `ready()`. */
export interface ResolvedOutbox extends OutboxBounds {
  readonly lingerMs: number
  /** The fullness from which on `ready()` waits. */
  readonly blockAt: number
  readonly folder: string | undefined
  readonly abandoned: 'leave' | 'cancel'
}

/** Options with nothing left open. */
export interface ResolvedOptions {
  readonly url: string
  readonly token: ClientOptions['token']
  readonly WebSocket: WebSocketConstructor
  readonly connectTimeoutMs: number
  readonly outbox: ResolvedOutbox
  readonly onError: (error: RuntailError) => void
}

/** Fills in the defaults. @throws RuntailError `invalid_option` */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const { url, token, onError, connectTimeoutMs = 5000 } = options
  const { maxLogs = 100_000, maxBytes = 64 * 1024 * 1024, lingerMs = 0 } = options.outbox ?? {}
  const { onOverflow = 'drop-oldest', folder, abandoned = 'leave' } = options.outbox ?? {}
  const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket
  if (!WebSocket)
    throw invalidOption(
      'WebSocket',
      'must be given here: this platform has none. In Node 20, pass the class of the ws package',
    )
  if (!isWebSocketUrl(url)) throw invalidOption('url', "must be the ws:// or wss:// address of the server's /trpc")
  for (const [name, value] of Object.entries({ connectTimeoutMs, maxLogs, maxBytes })) {
    if (!(value > 0)) throw invalidOption(name, 'must be greater than 0')
  }
  if (onOverflow !== 'drop-oldest' && onOverflow !== 'block')
    throw invalidOption('outbox.onOverflow', "must be 'drop-oldest' or 'block'")
  const spare = onOverflow === 'block' ? 2 : 1
  return {
    url,
    token,
    WebSocket,
    connectTimeoutMs,
    // Well below LIMITS.frameBytes together with a line of the greatest length.
    outbox: {
      maxLogs: maxLogs * spare,
      maxBytes: maxBytes * spare,
      maxBatchBytes: 384 * 1024,
      lingerMs,
      blockAt: onOverflow === 'block' ? 1 / spare : Infinity,
      folder,
      abandoned,
    },
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

/** The error of an option. `rule` goes on after its name. */
export function invalidOption(option: string, rule: string): RuntailError {
  return new RuntailError('invalid_option', { message: `Option ${option} ${rule}.`, data: { option } })
}
