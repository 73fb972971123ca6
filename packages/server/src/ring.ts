// Blocks enter in the order of their logs, the one after any recent position leaves, the same object for every follower; bounded in size. Invariant 6.

import type { LogBlock } from './block.ts'

/** The newest logs of one execution. */
export class Ring {
  readonly #maxSize: number
  readonly #blocks: LogBlock[] = []
  #size = 0

  /** @param maxSize UTF-16 units of JSON text to keep; the newest block stays, however large. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  /** UTF-16 units of JSON text held. */
  get size(): number {
    return this.#size
  }

  /**
   * The block that begins after `seq`, whole where a block begins there, else the end of one.
   * Undefined where the logs after `seq` are not held: older than all, or not there yet.
   */
  after(seq: number): LogBlock | undefined {
    const block = this.#blocks.findLast(({ from }) => from <= seq + 1)
    return block && block.to > seq ? block.after(seq) : undefined
  }

  /** Keeps a block that continues what is held, or begins anew with one beyond a hole. Anything else is older than what is held, and is let go. */
  push(block: LogBlock): void {
    const newest = this.#blocks.at(-1)
    if (block.lines.length === 0 || (newest && block.from <= newest.to)) return
    if (newest && block.from > newest.to + 1) this.#drop(this.#blocks.length)
    this.#blocks.push(block)
    this.#size += sizeOf(block)
    let old = 0
    for (let size = this.#size; size > this.#maxSize && old < this.#blocks.length - 1; old += 1) {
      size -= sizeOf(this.#blocks[old])
    }
    this.#drop(old)
  }

  #drop(count: number): void {
    for (const block of this.#blocks.splice(0, count)) this.#size -= sizeOf(block)
  }
}

function sizeOf(block: LogBlock | undefined): number {
  return block?.lines.reduce((size, line) => size + line.length, 0) ?? 0
}
