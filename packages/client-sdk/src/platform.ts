// What differs between where the SDK runs; the default fits browsers and everything unknown, src/node/ has Node's.

import type { Context } from './context.ts'
import type { RunningExecution } from './execution-handle.ts'
import type { Keeper, KeeperOptions } from './keeper.ts'
import type { ResolvedOptions } from './options.ts'
import type { Outbox } from './outbox.ts'
import type { Producer } from './producer.ts'
import type { RuntailClient, WebSocketLike } from './types.ts'

/** What the device says of its network. It is a hint: it may be wrong. */
export type NetworkHint = 'online' | 'offline'

/** What a client can ask of its surroundings. */
export interface Platform {
  /** Lets the process end although this socket, which is about to connect, is open. */
  letGo: (webSocket: WebSocketLike) => void
  /** Calls back when the device says that its network came or went. Returns what stops it. */
  onNetwork: (listener: (hint: NetworkHint) => void) => () => void
  /** Calls `flush` when the process is about to end by itself; what it starts keeps the process alive. Returns what takes that back. */
  onExit: (flush: () => void) => () => void
  /** Makes what remembers, for one client, who is reported to; absent where nothing is carried across awaits. */
  newContext?: () => Context
  /** Remembers a client, so that a crash can end what it started. */
  track?: (made: MadeClient) => Tracker
  /** Makes an outbox that outlives the process; absent where there is no place for one. */
  keep?: (options: KeeperOptions) => Keeper
}

/** A client with its parts. */
export interface MadeClient {
  readonly client: RuntailClient
  readonly options: ResolvedOptions
  readonly producer: Producer
  readonly outbox: Outbox
}

/** Who remembers it. */
export interface Tracker {
  started(execution: RunningExecution): void
  closed(): void
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
  // A page that is left has no time to wait; what it must not lose it flushes itself.
  onExit: () => () => {},
}
