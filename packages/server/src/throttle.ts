// Requests to act enter, at most one act per interval leaves: the first at once, those within the interval as one at its end.

import type { Cancel, Clock } from './clock.ts'

/** Calls `act` for requests, but never twice within `intervalMs`. */
export class Throttle implements Disposable {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #act: () => void
  #actedAtMs = -Infinity
  #cancel: Cancel | undefined

  constructor(clock: Clock, intervalMs: number, act: () => void) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#act = act
  }

  request(): void {
    if (this.#cancel) return
    const waitMs = this.#actedAtMs + this.#intervalMs - this.#clock.now()
    if (waitMs <= 0) this.#run()
    else this.#cancel = this.#clock.after(waitMs, () => this.#run())
  }

  /** Drops what waits. */
  [Symbol.dispose](): void {
    this.#cancel?.()
  }

  #run(): void {
    this.#cancel = undefined
    this.#actedAtMs = this.#clock.now()
    this.#act()
  }
}
