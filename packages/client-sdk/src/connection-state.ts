// The state of the one connection and an event enter, the next state leaves; no socket, clock or randomness in here.
//
//   idle ──needed──▶ connecting ──opened──▶ connected ──hand_over──▶ replacing ──opened──▶ connected
//                     ▲      │ failed           │ lost                   │ lost
//                     └─due─ waiting ◀──────────┴────────────────────────┘          closed: the end of all

import { CLOSE_CODES, type RuntailError } from '@runtail/core'
import { backoffMs } from './backoff.ts'
import type { ConnectionStatus } from './types.ts'

/** Where the connection stands. `replacing` is connected, with a second socket on its way because the server asked for it. */
export type Phase = 'idle' | 'waiting' | 'connecting' | 'connected' | 'replacing' | 'closed'

/** Everything that is known of the connection. */
export interface ConnectionState {
  readonly phase: Phase
  /** Failures in a row. A connection that was lost within {@link STABLE_MS} is one, so a server that accepts and closes is not hammered. */
  readonly attempt: number
  /** Counts the sockets that were asked for: another number is another socket. */
  readonly dial: number
  /** Unix milliseconds of the next dial, while waiting for it. */
  readonly retryAtMs: number | undefined
  /** Unix milliseconds when the present connection opened. */
  readonly openedMs: number | undefined
  readonly error: RuntailError | undefined
  /** The server said who we are is not enough. */
  readonly refused: boolean
  /** The device says that it has no network. It may be wrong (a server on the same machine), so this only colours the status. */
  readonly offline: boolean
}

/** How a dial or a connection ended, when, and a random number for the wait that follows. */
export interface Ending {
  readonly nowMs: number
  readonly random: number
  readonly error: RuntailError
  readonly refused: boolean
}

/** What can happen. */
export type ConnectionEvent =
  | { readonly type: 'needed' | 'due' | 'reconnect' | 'online' | 'offline' | 'close' }
  | { readonly type: 'opened'; readonly nowMs: number }
  | ({ readonly type: 'failed' | 'lost' } & Ending)
  | { readonly type: 'hand_over'; readonly nowMs: number; readonly random: number }

/** The name of an event. */
export type EventType = ConnectionEvent['type']

/** A connection that lasted so long was a success. */
export const STABLE_MS = 10_000

/** Failures in a row from which the status says `error`. */
const ERROR_AFTER_ATTEMPTS = 3

/** Within this time the clients of a server that announces its end move on, whether it asks them to move or says goodbye: a crowd comes back as a stream. */
export const MOVE_SPREAD_MS = 2000

/** Before anybody needed a connection. */
export const INITIAL: ConnectionState = {
  phase: 'idle',
  attempt: 0,
  dial: 0,
  retryAtMs: undefined,
  openedMs: undefined,
  error: undefined,
  refused: false,
  offline: false,
}

/** The next state; the same object where the event changes nothing. */
export function next(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  if (state.phase === 'closed') return state
  switch (event.type) {
    case 'needed':
      return state.phase === 'idle' ? dial(state) : state
    case 'due':
      return onDue(state)
    case 'opened':
      return isDialing(state) ? { ...state, ...CLEAN, phase: 'connected', openedMs: event.nowMs } : state
    case 'failed':
      return isDialing(state) ? onFailed(state, event) : state
    case 'lost':
      return isUp(state) ? onLost(state, event) : state
    case 'hand_over':
      return state.phase === 'connected'
        ? { ...state, phase: 'replacing', retryAtMs: event.nowMs + moveMs(event.random) }
        : state
    case 'reconnect':
      return dial(state)
    case 'online':
      return state.phase === 'waiting' ? dial({ ...state, offline: false }) : withOffline(state, false)
    case 'offline':
      return withOffline(state, true)
    case 'close':
      return { ...state, ...CLEAN, phase: 'closed', openedMs: undefined }
  }
}

/** What users are told. */
export function statusOf(state: ConnectionState): ConnectionStatus {
  if (isUp(state)) return 'connected'
  if (state.phase === 'idle' || state.phase === 'closed' || state.offline) return 'disconnected'
  return state.refused || state.attempt >= ERROR_AFTER_ATTEMPTS ? 'error' : 'connecting'
}

/** Whether a socket is to be on its way now. */
export function isDialing(state: ConnectionState): boolean {
  return state.phase === 'connecting' || (state.phase === 'replacing' && state.retryAtMs === undefined)
}

/** Whether there is a connection to use. */
export function isUp(state: ConnectionState): boolean {
  return state.phase === 'connected' || state.phase === 'replacing'
}

const CLEAN = { retryAtMs: undefined, error: undefined, refused: false } as const

function dial(state: ConnectionState): ConnectionState {
  return { ...state, phase: 'connecting', dial: state.dial + 1, retryAtMs: undefined, openedMs: undefined }
}

function onDue(state: ConnectionState): ConnectionState {
  if (state.phase === 'waiting') return dial(state)
  if (state.phase === 'replacing' && state.retryAtMs !== undefined) {
    return { ...state, dial: state.dial + 1, retryAtMs: undefined }
  }
  return state
}

function onFailed(state: ConnectionState, { nowMs, random, error, refused }: Ending): ConnectionState {
  const attempt = state.attempt + 1
  const retryAtMs = nowMs + backoffMs({ attempt, random, refused })
  if (state.phase === 'replacing') return { ...state, attempt, retryAtMs }
  return { ...state, phase: 'waiting', attempt, retryAtMs, error, refused }
}

function onLost(state: ConnectionState, { nowMs, random, error, refused }: Ending): ConnectionState {
  const ended = { ...state, openedMs: undefined, error, refused }
  // The socket that was to take over is the next one anyway.
  if (state.phase === 'replacing') return { ...ended, phase: state.retryAtMs === undefined ? 'connecting' : 'waiting' }
  const lastedMs = nowMs - (state.openedMs ?? nowMs)
  const shortLived = lastedMs < STABLE_MS
  const attempt = shortLived ? Math.min(state.attempt + 1, mostFailures(lastedMs)) : 0
  const isPlanned = !shortLived && error.data['close_code'] === CLOSE_CODES.goingAway
  const waitMs = isPlanned ? moveMs(random) : backoffMs({ attempt, random, shortLived, refused })
  return { ...ended, phase: 'waiting', attempt, retryAtMs: nowMs + waitMs }
}

/** A server that closes whatever it accepts is asked ever more slowly; on a bad network, where connections last for seconds, a long wait would help nobody. */
function mostFailures(lastedMs: number): number {
  return Math.ceil(Math.log2(STABLE_MS / Math.max(1, lastedMs)))
}

function moveMs(random: number): number {
  return Math.round(random * MOVE_SPREAD_MS)
}

function withOffline(state: ConnectionState, offline: boolean): ConnectionState {
  return state.offline === offline ? state : { ...state, offline }
}
