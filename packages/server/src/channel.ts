// Positions of many followers of one execution enter, blocks leave: from the ring, or by one read of the store for all who stand at the same place.

import { Bell } from './bell.ts'
import type { LogBlock } from './block.ts'
import type { Clock } from './clock.ts'
import { Ring } from './ring.ts'
import { SharedReads } from './store-retry.ts'
import type { StoredBlock } from './store/store.ts'

/** What {@link Channel} is made from. */
export interface ChannelOptions {
  readonly clock: Clock
  /** Asked before each wait for a poll. */
  readonly intervalMs: () => number
  readonly ringSize: number
  /** Reads a block of this execution after a seq. */
  readonly read: (after: number) => Promise<StoredBlock>
}

/** What lies after a position. */
export interface Next {
  readonly block: LogBlock
  readonly head: number
  /** The bell's count before the store was asked: at an empty block the place from which to wait. */
  readonly rings: number
}

/** What the followers of one execution share. */
export class Channel {
  readonly bell: Bell
  /** Counted by the feed, which drops a channel without any. */
  followers = 0
  readonly #read: ChannelOptions['read']
  readonly #ring: Ring
  readonly #reads = new SharedReads<Next>()
  /** The highest head that the store told. */
  #head = 0

  constructor({ clock, intervalMs, ringSize, read }: ChannelOptions) {
    this.bell = new Bell(clock, intervalMs)
    this.#ring = new Ring(ringSize)
    this.#read = read
  }

  /** The logs after `seq`; an empty block at the head. @throws RuntailError what the store throws */
  async after(seq: number): Promise<Next> {
    const block = this.#ring.after(seq)
    if (block) return { block, head: this.#head, rings: this.bell.rings }
    return this.#reads.share(seq, async () => {
      const { rings } = this.bell
      const { block: read, head } = await this.#read(seq)
      this.#head = Math.max(this.#head, head)
      this.#ring.push(read)
      return { block: read, head, rings }
    })
  }
}
