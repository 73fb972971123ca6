// How the client's one connection stands, as a ref, and the means to try again now.

import type { ConnectionSnapshot } from '@runtail/client-sdk'
import type { ShallowRef } from 'vue'
import { useRuntail } from './client.ts'
import { useWatchable } from './use-watchable.ts'

/** The connection of the provided client. */
export interface UseConnection {
  readonly connection: Readonly<ShallowRef<ConnectionSnapshot>>
  /** Tries to connect now, whatever the backoff says. */
  readonly reconnect: () => void
}

/** Watches the connection for as long as the component lives. */
export function useConnection(): UseConnection {
  const client = useRuntail()
  return { connection: useWatchable(client.connection), reconnect: () => client.reconnect() }
}
