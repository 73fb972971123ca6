// A clock that stands still until a test moves it: turns of the loop and timers run in order, and between them all promises settle.

import type { Clock } from '../../src/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** Where virtual time begins: a date that no real run has. */
const START_MS = Date.UTC(2031, 0, 1)

/** Time for tests. */
export class VirtualClock implements Clock {
  #nowMs = START_MS
  #soon: (() => void)[] = []
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#nowMs
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  soon(callback: () => void): void {
    this.#soon.push(callback)
  }

  /** Timers that wait: none may be left when everything is closed. */
  get timers(): number {
    return this.#timers.size
  }

  /** One turn of the loop: what was to come soon, and every promise that can settle after it. */
  async turn(): Promise<void> {
    const due = this.#soon
    this.#soon = []
    for (const callback of due) callback()
    // Every promise that can settle does so before the real loop turns.
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Turns until nothing happens any more without time going by. */
  async settle(): Promise<void> {
    do await this.turn()
    while (this.#soon.length > 0)
  }

  /** Lets time go by, from timer to timer. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms
    await this.settle()
    for (let next = this.#nextTimer(endMs); next; next = this.#nextTimer(endMs)) {
      this.#nowMs = next.atMs
      this.#timers.delete(next)
      next.callback()
      await this.settle()
    }
    this.#nowMs = endMs
  }

  /** The earliest that is due by then; of several the one that was set first. */
  #nextTimer(endMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) if (timer.atMs <= endMs && timer.atMs < (next?.atMs ?? Infinity)) next = timer
    return next
  }
}
