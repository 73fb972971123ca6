// "Something changed" enters as often as it likes, listeners are told at once and then at most once per turn of the event loop; what makes the changes runs while there are any.

import { startTimer } from './timers.ts'

/** Listeners of one watchable thing. */
export class Changes {
  readonly #listeners = new Set<() => void>()
  readonly #onError: (error: unknown) => void
  readonly #whileHeard: ((signal: AbortSignal) => Promise<void>) | undefined
  #running: AbortController | undefined
  #phase: 'quiet' | 'due' | 'told' | 'told_and_due' = 'quiet'

  /**
   * @param onError takes what a listener throws: it must not keep the others from being told
   * @param whileHeard is started with the first listener; its signal aborts when there is none any more
   */
  constructor(onError: (error: unknown) => void, whileHeard?: (signal: AbortSignal) => Promise<void>) {
    this.#onError = onError
    this.#whileHeard = whileHeard
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size
  }

  /** Returns what ends it. The same function may be given twice and is then called twice. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener()
    this.#listeners.add(own)
    if (!this.#running) {
      this.#running = new AbortController()
      this.#whileHeard?.(this.#running.signal).catch(this.#onError)
    }
    return () => {
      this.#listeners.delete(own)
      // A framework may take one listener away and add another in the same breath.
      queueMicrotask(() => {
        if (this.#listeners.size > 0) return
        this.#running?.abort()
        this.#running = undefined
      })
    }
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
