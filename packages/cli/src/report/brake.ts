// How much waits to be sent enters, whether to stop reading the command's output leaves: only while a server takes logs, never for one that is away.

/** What is known at a moment. */
export interface Backlog {
  readonly nowMs: number
  readonly connected: boolean
  /** Logs that wait. */
  readonly logs: number
  /** Bytes of output that they came from. */
  readonly bytes: number
  /** Logs acknowledged or given up so far. */
  readonly settled: number
}

/** The state of the brake; {@link nextBrake} makes the next one. */
export interface BrakeState {
  readonly engaged: boolean
  readonly settled: number
  /** When the server last took something, or had nothing to take. */
  readonly progressMs: number
}

/** The outbox holds far more than that; beyond these marks the command waits for the server, as it would for a slow pipe. */
export const BRAKE = {
  logs: 200_000,
  bytes: 64 * 1024 * 1024,
  /** The brake is released at this part of the marks. */
  releaseAt: 0.5,
  /** A server that took nothing for so long counts as away. */
  stalledAfterMs: 1000,
} as const

/** Before the first log. */
export const released: BrakeState = { engaged: false, settled: 0, progressMs: Number.NEGATIVE_INFINITY }

/** The brake after this moment. Pure. */
export function nextBrake(state: BrakeState, backlog: Backlog): BrakeState {
  const { nowMs, logs, bytes, settled } = backlog
  const low = Math.max(logs / BRAKE.logs, bytes / BRAKE.bytes)
  const progressed = settled > state.settled || low < BRAKE.releaseAt
  const progressMs = progressed ? nowMs : state.progressMs
  const takes = backlog.connected && nowMs - progressMs < BRAKE.stalledAfterMs
  const engaged = takes && (low >= 1 || (state.engaged && low >= BRAKE.releaseAt))
  return { engaged, settled, progressMs }
}
