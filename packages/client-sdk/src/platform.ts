// What differs between where the SDK runs; the default fits browsers and everything unknown, src/node/ has Node's.

import type { Context } from './context.ts'
import type { Host, HostOptions } from './host.ts'
import type { Keeper, KeeperOptions } from './keeper.ts'
import type { WebSocketLike } from './types.ts'

/** What the device says of its network. It is a hint: it may be wrong. */
export type NetworkHint = 'online' | 'offline'

/** What a client can ask of its surroundings. */
export interface Platform {
  /** Lets the process end although this socket, which is about to connect, is open. */
  letGo: (webSocket: WebSocketLike) => void
  /** Calls back when the device says that its network came or went. Returns what stops it. */
  onNetwork: (listener: (hint: NetworkHint) => void) => () => void
  /** Makes what remembers, for one client, who is reported to; absent where nothing is carried across awaits. */
  newContext?: () => Context
  /** Looks after a client that produces; absent where nothing outlives the page. */
  host?: (options: HostOptions) => Host
  /** Makes an outbox that outlives the process; absent where there is no place for one. */
  keep?: (options: KeeperOptions) => Keeper
}

interface NetworkTarget {
  addEventListener(type: NetworkHint, listener: () => void, options: { signal: AbortSignal }): void
}

/** Browsers, and whatever is not Node. */
export const webPlatform: Platform = {
  letGo() {},
  onNetwork(listener) {
    const target = globalThis as Partial<NetworkTarget>
    const stop = new AbortController()
    for (const hint of ['online', 'offline'] as const) {
      target.addEventListener?.(hint, () => listener(hint), { signal: stop.signal })
    }
    return () => stop.abort()
  },
}
