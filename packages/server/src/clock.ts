// Time enters through this port, so that ingest and feed run in real time here and in virtual time in a simulator; nothing else of them asks the world.

/** Stops a timer; harmless when it has run already. */
export type Cancel = () => void

/** The time, and two ways to be called later. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Calls back once, after at least `ms` milliseconds. */
  after(ms: number, callback: () => void): Cancel
  /** Calls back once, after the input that waits already has been taken in. */
  soon(callback: () => void): void
}

/** The machine's clock and the process's event loop. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  soon(callback) {
    setImmediate(callback)
  },
}
