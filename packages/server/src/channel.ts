// Positions of many followers of one execution enter, blocks leave: from the ring, or by one read of the store for all who stand at the same place.

import { encodeCursor, type Cursor } from '@runtail/core'
import { Bell, type BellOptions } from './bell.ts'
import { LogBlock } from './block.ts'
import { Ring } from './ring.ts'
import { SharedReads, type SharedReadsOptions } from './shared-reads.ts'
import type { StoredBlock } from './store/store.ts'

/** What {@link Channel} is made from. */
export interface ChannelOptions extends SharedReadsOptions, BellOptions {
  readonly ringBytes: number
  /** Reads a block of this execution after a seq. */
  readonly read: (after: number) => Promise<StoredBlock>
  /** Whether the store knows a cursor of this execution. */
  readonly knows: (cursor: Cursor) => Promise<boolean>
}

/** Where no log is: a read after it tells the head alone. */
const BEYOND = Number.MAX_SAFE_INTEGER - 1

/** What lies after a position. */
export interface Next extends StoredBlock {
  /** The bell's count before the store was asked: at an empty block the place from which to wait. */
  readonly rings: number
}

/** What the followers of one execution share. */
export class Channel implements Disposable {
  readonly bell: Bell
  /** Counted by the feed, which drops a channel without any. */
  followers = 0
  readonly #read: ChannelOptions['read']
  readonly #knows: ChannelOptions['knows']
  readonly #ring: Ring
  readonly #reads: SharedReads<Next>
  readonly #recalls: SharedReads<boolean>
  /** The highest head that the store told, and the bell's count before it was asked. */
  #told = { head: -1, rings: -1 }

  constructor(options: ChannelOptions) {
    this.bell = new Bell(options.clock, options)
    this.#ring = new Ring(options.ringBytes)
    this.#reads = new SharedReads(options)
    this.#recalls = new SharedReads(options)
    this.#read = options.read
    this.#knows = options.knows
  }

  /** Bytes of recent logs held. */
  get bytes(): number {
    return this.#ring.bytes
  }

  /** The logs after `seq`; an empty block at the head. @throws RuntailError what the store throws, except faults that pass */
  async after(seq: number): Promise<Next> {
    const { head, rings } = this.#told
    const block = this.#ring.after(seq)
    if (block) return { block, head, rings }
    // Nothing has happened since the store told this head: a thousand followers that arrive there need no read.
    if (seq === head && this.bell.rings === rings) return { block: new LogBlock(seq + 1, []), head, rings }
    return this.#reads.share(seq, () => this.#readAfter(seq))
  }

  /** The head, by one question for all who ask at a time. */
  async head(): Promise<number> {
    const { head } = await this.#reads.share(BEYOND, () => this.#readAfter(BEYOND))
    return head
  }

  /** Whether the store knows a cursor, by one question for all who bring the same. */
  knows(cursor: Cursor): Promise<boolean> {
    return this.#recalls.share(encodeCursor(cursor), () => this.#knows(cursor))
  }

  /** Ends the reads and wakes everybody. */
  [Symbol.dispose](): void {
    this.#recalls[Symbol.dispose]()
    this.#reads[Symbol.dispose]()
    this.bell[Symbol.dispose]()
  }

  async #readAfter(seq: number): Promise<Next> {
    const { rings } = this.bell
    const { block, head } = await this.#read(seq)
    if (head >= this.#told.head) this.#told = { head, rings }
    this.#ring.push(block)
    return { block, head, rings }
  }
}
