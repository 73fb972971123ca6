// Why a producer's call failed enters, what to do with the batch leaves. Pure: a good log is never lost because it travelled with a bad one.

import type { ErrorCode, RuntailError } from '@runtail/core'
import { backoffMs, MAX_BACKOFF_MS } from './backoff.ts'

/** What is known about the failed call. */
export interface Refusal {
  readonly error: RuntailError
  /** Failures in a row before this one. */
  readonly attempt: number
  /** Lines in the batch. */
  readonly lines: number
  /** What the call was to do. */
  readonly call: 'create' | 'append'
  /** Whether it was made by somebody else, so that it cannot be made again here. */
  readonly isContinued: boolean
}

/**
 * `again`: the same batch. `create_again`: the server lost the execution, make it and then the same batch. `halve`: a smaller batch,
 * to find the line that is not taken. `drop_line`: this is the one. `give_up`: nothing of this execution will ever be taken.
 */
export type Decision = 'again' | 'create_again' | 'halve' | 'drop_line' | 'give_up'

/** The WebSocket code for a message that the server finds too long. */
const MESSAGE_TOO_BIG = 1009
/** Other executions' batches end with the same connection: only what ends it again and again is to blame. */
const TOO_BIG_ATTEMPTS = 12

/** An execution that is continued may be on its way to the server still: this is how often it is looked for, in some three minutes, … */
const FIND_ATTEMPTS = 16
/** … and how often before the program is told that it is not there. */
const FIND_QUIETLY = 4

const MAX_WAIT_DISCONNECTED_MS = 250

/** A token that can be renewed, a database that can be restored, a server that can be updated. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set(['unauthorized', 'store_corrupt', 'store_too_new'])

/** The decision. */
export function afterRefusal({ error, attempt, lines, call, isContinued }: Refusal): Decision {
  if (error.code === 'disconnected' && error.data['close_code'] === MESSAGE_TOO_BIG) {
    if (lines > 1) return 'halve'
    return attempt < TOO_BIG_ATTEMPTS ? 'again' : 'drop_line'
  }
  // What an operator can mend is no fault of the lines; until then everything is kept.
  if (error.retryable || MENDABLE.has(error.code)) return 'again'
  if (call === 'create') return 'give_up'
  if (error.code === 'not_found') {
    if (!isContinued) return 'create_again'
    return attempt < FIND_ATTEMPTS ? 'again' : 'give_up'
  }
  if (error.code !== 'invalid_input') return 'give_up'
  return lines > 1 ? 'halve' : 'drop_line'
}

/** The attempt after which the program is told of what it may have to mend. */
export function toldAt(error: RuntailError): number {
  return error.code === 'not_found' ? FIND_QUIETLY : 0
}

/** How long to wait before it is tried again. Without a connection the next call waits for it anyway, so there is little to wait for here. */
export function waitMs(
  { code }: RuntailError,
  { attempt, random }: { readonly attempt: number; readonly random: number },
): number {
  return backoffMs({ attempt, random, maxMs: code === 'disconnected' ? MAX_WAIT_DISCONNECTED_MS : MAX_BACKOFF_MS })
}
