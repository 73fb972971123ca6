// The port of the peers that send live logs: an HTTP server enters, a way to tell followers of stored logs leaves. No behaviour here.

import type { ExecutionLog } from '@runtail/core'
import type { Server } from 'node:http'

/** What was stored, in the form that a peer's users would send: texts, or the logs from which the peer makes its own. */
export interface Stored {
  readonly texts: readonly string[]
  /** Of the first of them. */
  readonly from: number
  readonly logs: () => readonly ExecutionLog[]
}

/** Tells the followers of an execution what was stored. */
export type Broadcast = (executionId: string, stored: Stored) => void

/** Sets up a peer on an HTTP server; each follower gets a first message when it follows. */
export type BroadcastPeer = (http: Server) => Broadcast
