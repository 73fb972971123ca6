// Hints enter, waiting followers are woken; rings by itself now and then, so that a lost hint costs latency and never data.

import type { Cancel, Clock } from './clock.ts'

/** What many followers of one thing wait for. */
export class Bell implements Disposable {
  readonly #clock: Clock
  readonly #intervalMs: () => number
  readonly #waiting = new Set<() => void>()
  #rings = 0
  #cancel: Cancel

  /** @param intervalMs asked before each wait for the next ring of its own, so that bells do not ring together */
  constructor(clock: Clock, intervalMs: () => number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#cancel = this.#schedule()
  }

  /** How often it has rung. Note it before a read: whoever finds nothing and sees the same number afterwards has missed nothing. */
  get rings(): number {
    return this.#rings
  }

  /** Wakes everybody who waits now. */
  ring(): void {
    this.#rings += 1
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of woken) wake()
  }

  /** Calls back at the next ring. */
  onNext(wake: () => void): Cancel {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  /** Rings a last time. */
  [Symbol.dispose](): void {
    this.#cancel()
    this.ring()
  }

  #schedule(): Cancel {
    return this.#clock.after(this.#intervalMs(), () => {
      this.#cancel = this.#schedule()
      this.ring()
    })
  }
}
