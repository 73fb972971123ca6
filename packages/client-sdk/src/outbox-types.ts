// The public shapes of the outbox: what may wait to be sent, where, what happens when it is too much, and how it stands.

/** Bounds of what waits to be sent, and what happens at them. */
export interface OutboxOptions {
  /** @default 100000 */
  readonly maxLogs?: number
  /** Bytes of JSON. @default 67108864 (64 MiB) */
  readonly maxBytes?: number
  /**
   * Milliseconds that the first log after a silence waits for others. A batch takes all that came while the one before was under way, and what is
   * reported in one turn of the program goes together anyway: waiting spares messages to the server, at the price of latency. @default 0
   */
  readonly lingerMs?: number
  /**
   * What happens at the bounds. `drop-oldest`: the oldest lines go, and a gap log in their place tells followers how many; beginnings and ends
   * of executions stay until nothing else is left, then the oldest executions that are over before the server heard of them go as a whole. `block`: whoever
   * awaits `ready()` waits until there is room, and `step` waits before it begins, so nothing is dropped of a program that awaits them.
   * `log` and `progress` cannot wait: those who call them without `ready()` may fill twice the bounds, and beyond that the oldest go.
   * @default 'drop-oldest'
   */
  readonly onOverflow?: 'drop-oldest' | 'block'
  /**
   * Node only. A folder in which everything that is not acknowledged is kept as well, so that it outlives the process, even one that is
   * killed: the next client for the same `url` and folder delivers it when it is connected, each log still once. A line is written before
   * the call that reports it returns, but not synced to the disk: a power cut may take the last seconds. What is kept can be read by this
   * user alone. Where the folder cannot be written, `onError` is told and the outbox goes on in memory.
   * @default none: what waits is lost with the process
   */
  readonly folder?: string
  /**
   * With `folder`: what the next client does with executions that a killed process had not ended. `leave`: nothing, a program may go on
   * with them. `cancel`: it ends them as canceled, after the last line that was kept.
   * @default 'leave'
   */
  readonly abandoned?: 'leave' | 'cancel'
}

/** How the outbox stands. */
export interface OutboxStats {
  /** Logs accepted and not acknowledged yet. */
  readonly pending: number
  /** Logs acknowledged by the server. */
  readonly acknowledged: number
  /** Logs given up: dropped on overflow, or refused by the server. Never silent: a gap log says so to followers, `onError` to the program. */
  readonly dropped: number
}
