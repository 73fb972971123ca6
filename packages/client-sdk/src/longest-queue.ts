// Queues that have something to drop enter, one to drop from leaves: the longest, or, where there are very many, one that is near it, for reporting must cost the same beside ten thousand others.

import type { Queue } from './outbox-queue.ts'

/** Queues that one search looks at. */
const MAX_LOOKED_AT = 64

/** The queues, in a circle. */
export class LongestQueue {
  readonly #queues = new Set<Queue>()
  /** Goes on where the last search stopped. */
  #walk = this.#queues.values()
  #last: Queue | undefined

  add(queue: Queue): void {
    this.#queues.add(queue)
  }

  delete(queue: Queue): void {
    this.#queues.delete(queue)
  }

  /** The longest of the next ones and of the one that was found last; undefined where there is none. */
  find(): Queue | undefined {
    let longest = this.#last && this.#queues.has(this.#last) ? this.#last : undefined
    for (let left = Math.min(MAX_LOOKED_AT, this.#queues.size); left > 0; left -= 1) {
      const queue = this.#next()
      if (queue && (!longest || queue.bytes > longest.bytes)) longest = queue
    }
    return (this.#last = longest)
  }

  #next(): Queue | undefined {
    const next = this.#walk.next()
    if (!next.done) return next.value
    this.#walk = this.#queues.values()
    return this.#walk.next().value
  }
}
