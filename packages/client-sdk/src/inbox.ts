// Items enter from callbacks, one at a time leaves to whoever reads; it ends once, with or without an error, after what came before.

import type { RuntailError } from '@runtail/core'

/** A queue with one reader. */
export class Inbox<Item> {
  readonly #items: Item[] = []
  #end: { readonly error: RuntailError | undefined } | undefined
  #wake: () => void = () => {}

  /** How many were not taken yet. */
  get size(): number {
    return this.#items.length
  }

  push(item: Item): void {
    if (this.#end) return
    this.#items.push(item)
    this.#wake()
  }

  end(error?: RuntailError): void {
    this.#end ??= { error }
    this.#wake()
  }

  /** What came and what comes, until it ends; when the signal aborts nothing more, whatever waits. @throws what it ended with */
  async *read(signal: AbortSignal): AsyncGenerator<Item> {
    const abort = (): void => this.end()
    signal.addEventListener('abort', abort)
    try {
      while (!signal.aborted) {
        const item = this.#items.shift()
        if (item !== undefined) yield item
        else if (this.#end?.error) throw this.#end.error
        else if (this.#end) return
        else await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}
