// Items enter from callbacks, one at a time leaves to whoever awaits; it ends once, with or without an error, after what came before.

import type { RuntailError } from '@runtail/core'

/** What {@link Inbox.take} gives. */
export type Taken<Item> =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'end'; readonly error: RuntailError | undefined }

/** A queue with one reader. */
export class Inbox<Item> {
  readonly #items: Item[] = []
  #end: Taken<Item> | undefined
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
    this.#end ??= { type: 'end', error }
    this.#wake()
  }

  /** The next item, or the end. */
  async take(): Promise<Taken<Item>> {
    if (this.#items.length === 0 && !this.#end) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const item = this.#items.shift()
    if (item !== undefined) return { type: 'item', item }
    return this.#end ?? { type: 'end', error: undefined }
  }
}
