// What is known of an execution and how it comes enter; how far its status can be believed leaves. Pure; every combination is in the test's table.

import type { ConnectionStatus, WatchStatus } from '@runtail/client-sdk'
import { isTerminal, type ExecutionStatus } from '@runtail/core'

/**
 * `loading`, `waiting` for the connection, `refused` and `missing`: there is no status to show yet.
 * `live`: the server's newest. `stale`: what it was when something last came. `final`: it can change no more, connected or not.
 */
export type Standing = 'loading' | 'waiting' | 'refused' | 'missing' | 'live' | 'stale' | 'final'

/** Everything that the standing depends on. */
export interface Known {
  /** Undefined while nothing of it is known. */
  readonly execution: ExecutionStatus | undefined
  readonly watch: WatchStatus
  readonly connection: ConnectionStatus
}

/** A program that reports nothing for so long may be busy, or gone; nobody but it knows. */
export const QUIET_MS = 60_000

/** How far the status that is shown can be believed. */
export function standingOf({ execution, watch, connection }: Known): Standing {
  if (execution !== undefined && isTerminal(execution)) return 'final'
  const comes = connection === 'connected' && watch !== 'error' && watch !== 'not_found'
  if (execution !== undefined) return comes ? 'live' : 'stale'
  if (watch === 'not_found') return 'missing'
  if (connection !== 'connected') return 'waiting'
  return watch === 'error' ? 'refused' : 'loading'
}
