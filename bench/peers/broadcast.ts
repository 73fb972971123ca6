// The port of the peers that send live logs: an HTTP server enters, a way to tell followers of stored logs leaves. No behaviour here.

import type { ExecutionLog } from '@runtail/core'
import type { Server } from 'node:http'

/** Tells the followers of an execution what was stored; both forms of the logs are given, each peer takes what its users would. */
export type Broadcast = (
  executionId: string,
  stored: { logs: readonly ExecutionLog[]; texts: readonly string[] },
) => void

/** Sets up a peer on an HTTP server; each follower gets a first message when it follows. */
export type BroadcastPeer = (http: Server) => Broadcast
