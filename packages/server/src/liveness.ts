// Byte counters of a connection enter at intervals, what to do about its silence leaves: nothing, a ping, or its end. Pure.

import type { KeepAliveTimes } from './options.ts'

/** The counters of a connection at one moment. */
export interface Sample {
  /** Milliseconds of any clock that only goes forward. */
  readonly nowMs: number
  /** Bytes that ever came in. */
  readonly receivedBytes: number
  /** Bytes that the operating system ever took from us. */
  readonly flushedBytes: number
  /** Bytes that it has not taken yet. */
  readonly unsentBytes: number
}

/** What is known of a connection between samples. */
export interface Liveness {
  readonly last: Sample
  /** When the peer last showed that it is there. */
  readonly lastSignMs: number
  /** When the ping went that has not been answered. */
  readonly pingedMs: number | undefined
}

/** `close_slow`: the peer is told, then ended; `terminate`: nobody is there to be told. */
export type LivenessAction = 'none' | 'ping' | 'terminate' | 'close_slow'

/** A connection that was just opened. */
export function beginLiveness(sample: Sample): Liveness {
  return { last: sample, lastSignMs: sample.nowMs, pingedMs: undefined }
}

/** The next state, and what to do now. */
export function observe(
  before: Liveness,
  sample: Sample,
  times: KeepAliveTimes,
): { readonly liveness: Liveness; readonly action: LivenessAction } {
  if (isSign(before.last, sample)) return { liveness: beginLiveness(sample), action: 'none' }
  const liveness = { ...before, last: sample }
  const silentMs = sample.nowMs - before.lastSignMs
  if (before.pingedMs === undefined) {
    if (silentMs < times.pingAfterMs) return { liveness, action: 'none' }
    return { liveness: { ...liveness, pingedMs: sample.nowMs }, action: 'ping' }
  }
  // Behind unsent data a ping may wait long at no fault of the peer: it gets the longer time, in which data must move.
  if (sample.unsentBytes > 0) return { liveness, action: silentMs >= times.stallMs ? 'close_slow' : 'none' }
  return { liveness, action: sample.nowMs - before.pingedMs >= times.pongWithinMs ? 'terminate' : 'none' }
}

/**
 * Something came in, or the peer took data: bytes leaving us count only where others were stuck before them, since the operating system
 * takes some even for a peer that is long gone.
 */
function isSign(before: Sample, now: Sample): boolean {
  if (now.receivedBytes !== before.receivedBytes) return true
  return before.unsentBytes > 0 && now.flushedBytes > before.flushedBytes
}
