// Somebody takes a place and gives it back; too many at once get `overloaded`, and a server that stops can wait until all are given back.

import { RuntailError } from '@runtail/core'

/** A bounded number of places, taken with `using`; who gives one back says so to the whole, so that a place costs nothing but its count. */
export class Quota implements Disposable {
  readonly #limit: number
  readonly #what: string
  #taken = 0

  /** @param what names the places in the error, in plural */
  constructor(limit: number, what: string) {
    this.#limit = limit
    this.#what = what
  }

  /** How many are taken. */
  get taken(): number {
    return this.#taken
  }

  /** To be disposed of once. @throws RuntailError `overloaded` */
  take(): Disposable {
    if (this.#taken >= this.#limit) {
      throw new RuntailError('overloaded', {
        message: `More than ${this.#limit} ${this.#what}. End some of them first.`,
        data: { limit: this.#limit },
      })
    }
    this.#taken += 1
    return this
  }

  [Symbol.dispose](): void {
    this.#taken -= 1
  }
}

/** The calls under way in the whole server: a planned stop lets them finish and refuses new ones. */
export class CallsUnderWay implements Disposable {
  readonly #stopped = Promise.withResolvers<void>()
  #count = 0
  #phase: 'serving' | 'stopping' = 'serving'

  /** To be disposed of once. @throws RuntailError `store_unavailable` once the server is stopping: the caller tries again elsewhere or later */
  enter(): Disposable {
    if (this.#phase === 'stopping') {
      throw new RuntailError('store_unavailable', { message: 'The server is stopping. Try again.' })
    }
    this.#count += 1
    return this
  }

  /** Refuses new calls; resolves when the last one has finished. */
  stop(): Promise<void> {
    this.#phase = 'stopping'
    this.#resolveWhenEmpty()
    return this.#stopped.promise
  }

  [Symbol.dispose](): void {
    this.#count -= 1
    this.#resolveWhenEmpty()
  }

  #resolveWhenEmpty(): void {
    if (this.#phase === 'stopping' && this.#count === 0) this.#stopped.resolve()
  }
}
