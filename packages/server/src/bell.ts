// Hints enter, waiting followers are woken; rings by itself now and then, so that a lost hint costs latency and never data.

import type { Cancel, Clock } from './clock.ts'
import { Throttle } from './throttle.ts'

/** How often a {@link Bell} rings. */
export interface BellOptions {
  /** After how long it rings by itself; asked before each wait, so that bells need not ring together. */
  readonly intervalMs: () => number
  /** Rings within this time are one at its end. @default 0 */
  readonly minGapMs?: number
}

/** What many followers of one thing wait for. */
export class Bell implements Disposable {
  readonly #clock: Clock
  readonly #intervalMs: () => number
  readonly #throttle: Throttle
  readonly #waiting = new Set<() => void>()
  #rings = 0
  #cancel: Cancel

  constructor(clock: Clock, { intervalMs, minGapMs = 0 }: BellOptions) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#throttle = new Throttle(clock, minGapMs, () => this.#ringNow())
    this.#cancel = this.#schedule()
  }

  /** How often it has rung. Note it before a read: whoever finds nothing and sees the same number afterwards has missed nothing. */
  get rings(): number {
    return this.#rings
  }

  /** Wakes everybody who waits now. */
  ring(): void {
    this.#throttle.request()
  }

  /** Calls back at the next ring. */
  onNext(wake: () => void): Cancel {
    this.#waiting.add(wake)
    return () => this.#waiting.delete(wake)
  }

  /** Rings a last time. */
  [Symbol.dispose](): void {
    this.#cancel()
    this.#throttle[Symbol.dispose]()
    this.#ringNow()
  }

  #ringNow(): void {
    this.#rings += 1
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of woken) wake()
  }

  #schedule(): Cancel {
    return this.#clock.after(this.#intervalMs(), () => {
      this.#cancel = this.#schedule()
      this.ring()
    })
  }
}
