// The waits of one follower, one after another: for a ring, a time, a turn of the loop or an answer; its signal cuts each short, by one listener in all.

import type { Bell } from './bell.ts'
import type { Cancel, Clock } from './clock.ts'

/** Waits on behalf of one follower; after the signal has aborted nothing waits any more. */
export class Pause implements Disposable {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** Ends the latest wait; harmless where that has ended by itself. */
  #wake: (() => void) | undefined
  readonly #onAbort = (): void => this.#wake?.()

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  /** Resolves when what `arm` was given is called, which must not be before it returns. */
  until(arm: (wake: () => void) => Cancel): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel()
        resolve()
      }
      this.#wake = wake
      const cancel = arm(wake)
    })
  }

  /** Resolves when the bell has rung more often than `seen` times. */
  untilRing(bell: Bell, seen: number): Promise<void> {
    if (bell.rings !== seen) return Promise.resolve()
    return this.until((wake) => bell.onNext(wake))
  }

  /** Resolves after the time. */
  forMs(ms: number): Promise<void> {
    return this.until((wake) => this.#clock.after(ms, wake))
  }

  /** Resolves after the input that waits already has been taken in. */
  forTurn(): Promise<void> {
    return this.until((wake) => {
      this.#clock.soon(wake)
      return () => {}
    })
  }

  /** The promise's answer, or undefined where the signal aborts first. */
  untilSettled<Answer>(promise: Promise<Answer>): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined)
      promise.then(resolve, reject)
      if (this.#signal.aborted) this.#wake()
    })
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#wake?.()
  }
}
