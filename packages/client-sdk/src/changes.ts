// "Something changed" enters as often as it likes, listeners are told at once and then at most once per turn of the event loop.

import { startTimer } from './timers.ts'

/** Listeners of one watchable thing. */
export class Changes {
  readonly #listeners = new Set<() => void>()
  readonly #onError: (error: unknown) => void
  #phase: 'quiet' | 'due' | 'told' | 'told_and_due' = 'quiet'

  /** @param onError takes what a listener throws: it must not keep the others from being told */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size
  }

  /** Returns what ends it. The same function may be given twice and is then called twice. */
  subscribe(listener: () => void): () => void {
    const own = (): void => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** Tells everybody soon: in this task the first time, in a later one if it comes again before. */
  emit(): void {
    if (this.#phase === 'told') this.#phase = 'told_and_due'
    if (this.#phase !== 'quiet') return
    this.#phase = 'due'
    queueMicrotask(() => this.#tell())
  }

  #tell(): void {
    this.#phase = 'told'
    startTimer(0, () => this.#nextTask())
    // A set leaves out what is removed while it is walked; what is added meanwhile is told too, which is harmless.
    for (const listener of this.#listeners) {
      try {
        listener()
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  #nextTask(): void {
    const phase = this.#phase
    this.#phase = 'quiet'
    if (phase === 'told_and_due') {
      this.#phase = 'due'
      this.#tell()
    }
  }
}
