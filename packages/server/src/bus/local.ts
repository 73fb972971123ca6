// The bus of a single process: a hint enters, every subscriber here is called before `publish` returns.

import type { Bus, Hint } from './bus.ts'

/** Carries hints within the process. */
export class LocalBus implements Bus {
  readonly #listeners = new Set<(hint: Hint) => void>()

  publish(hints: readonly Hint[]): void {
    for (const hint of hints) {
      for (const listener of this.#listeners) call(listener, hint)
    }
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    // Wrapped, so that one function subscribed twice is two subscriptions.
    const own = (hint: Hint): void => listener(hint)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  close(): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }
}

/** A listener that throws is a defect: it becomes an uncaught exception, and neither the publisher nor the other listeners feel it. */
function call(listener: (hint: Hint) => void, hint: Hint): void {
  try {
    listener(hint)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
