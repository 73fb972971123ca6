// The waits of one follower: for a ring or for a time, one after another, each cut short by its signal; one abort listener in all.

import type { Bell } from './bell.ts'
import type { Cancel, Clock } from './clock.ts'

/** Waits on behalf of one follower. */
export class Pause implements Disposable {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #wake: (() => void) | undefined
  readonly #onAbort = (): void => this.#wake?.()

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  /** Resolves when the bell has rung more often than `seen` times. */
  untilRing(bell: Bell, seen: number): Promise<void> {
    if (bell.rings !== seen) return Promise.resolve()
    return this.#wait((wake) => bell.onNext(wake))
  }

  /** Resolves after the time. */
  forMs(ms: number): Promise<void> {
    return this.#wait((wake) => this.#clock.after(ms, wake))
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#wake?.()
  }

  #wait(arm: (wake: () => void) => Cancel): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined
        cancel()
        resolve()
      }
      this.#wake = wake
      const cancel = arm(wake)
    })
  }
}
