// Blocks enter in the order of their logs, the one after any recent position leaves, the same object for every follower; bounded in bytes. Invariant 6.

import { LIMITS } from '@runtail/core'
import type { LogBlock } from './block.ts'

/** The newest logs of one execution. */
export class Ring {
  readonly #maxBytes: number
  readonly #blocks: LogBlock[] = []
  #bytes = 0

  /** @param maxBytes bytes of JSON text to keep; the newest block stays, however large. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes of JSON text held. */
  get bytes(): number {
    return this.#bytes
  }

  /** The seq of the newest log held. */
  get to(): number | undefined {
    return this.#blocks.at(-1)?.to
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
    if (block.count === 0 || (newest && block.from <= newest.to)) return
    if (newest && block.from > newest.to + 1) this.#dropOldest(this.#blocks.length)
    this.#join()
    this.#blocks.push(block)
    this.#bytes += block.bytes
    while (this.#bytes > this.#maxBytes && this.#blocks.length > 1) this.#dropOldest(1)
  }

  /**
   * Makes one block of the last two where that still fits into a frame: whoever is behind catches up in few frames, however small the commits
   * were. The newest block is never among them, so those at the head go on sharing it.
   */
  #join(): void {
    const [before, last] = this.#blocks.slice(-2)
    if (!before || !last) return
    if (before.count + last.count > LIMITS.logsPerFrame) return
    if (before.bytes + last.bytes > LIMITS.bytesPerFrame) return
    this.#blocks.splice(-2, 2, before.joinedBy(last))
  }

  #dropOldest(count: number): void {
    for (const block of this.#blocks.splice(0, count)) this.#bytes -= block.bytes
  }
}
