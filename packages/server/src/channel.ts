// Positions of many followers of one execution enter, blocks leave: from the ring, or by one read of the store for all who are at the same place; those
// who wait at the head are served in one go.

import { encodeCursor, LIMITS, type Cursor } from '@runtail/core'
import { Audience, type AudienceSource, type Found, type Listener } from './audience.ts'
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
  /** Called when the last follower has left. */
  readonly onEmpty: () => void
}

/** Where no log is: a read after it tells the head alone. */
const BEYOND = Number.MAX_SAFE_INTEGER - 1

/** What the followers of one execution share. */
export class Channel implements AudienceSource, Disposable {
  readonly #bell: Bell
  #followers = 0
  readonly #ask: ChannelOptions['read']
  readonly #knows: ChannelOptions['knows']
  readonly #onEmpty: () => void
  readonly #ring: Ring
  readonly #reads: SharedReads<Found>
  readonly #recalls: SharedReads<boolean>
  readonly #audience: Audience
  /** The highest head that the store told, and the bell's count before it was asked. */
  #told = { head: -1, rings: -1 }

  constructor(options: ChannelOptions) {
    this.#bell = new Bell(options.clock, options)
    this.#ring = new Ring(options.ringBytes)
    this.#reads = new SharedReads(options)
    this.#recalls = new SharedReads(options)
    this.#ask = options.read
    this.#knows = options.knows
    this.#onEmpty = options.onEmpty
    this.#audience = new Audience(this)
    this.#serveAtNextRing()
  }

  /** Bytes of recent logs held. */
  get bytes(): number {
    return this.#ring.bytes
  }

  /** How often something may have happened. Where nothing was found and this is still the same, nothing has been missed. */
  get rings(): number {
    return this.#bell.rings
  }

  /** The logs after `seq`, or an empty block at the head. @throws RuntailError what the store throws, except faults that pass */
  next(seq: number): Found | Promise<Found> {
    return this.#held(seq) ?? this.#read(seq)
  }

  /** Where the store need not be asked. */
  #held(seq: number): Found | undefined {
    const { head, rings } = this.#told
    const block = this.#ring.after(seq)
    if (block) return { block, head, rings }
    // Nothing has happened since the store told this head: a thousand followers that arrive there need no read.
    if (seq === head && this.#bell.rings === rings) return { block: new LogBlock(seq + 1, []), head, rings }
    return undefined
  }

  #read(seq: number): Promise<Found> {
    return this.#reads.share(seq, () => this.#readAfter(seq))
  }

  /** Something may have happened; with a block, that was committed just now in this process. */
  ring(committed?: LogBlock): void {
    if (committed) this.#takeOver(committed)
    this.#bell.ring()
  }

  /** A follower comes. */
  enter(): void {
    this.#followers += 1
  }

  /** A follower goes. */
  exit(): void {
    this.#followers -= 1
    if (this.#followers === 0) this.#onEmpty()
  }

  /** Serves a listener that has found nothing since the latest ring, until it is woken or leaves. */
  listen(listener: Listener): void {
    this.#audience.join(listener)
  }

  unlisten(listener: Listener): void {
    this.#audience.leave(listener)
  }

  /** The head, by one question for all who ask at a time. */
  async head(): Promise<number> {
    return (await this.#read(BEYOND)).head
  }

  /** Whether the store knows a cursor, by one question for all who bring the same. */
  knows(cursor: Cursor): Promise<boolean> {
    return this.#recalls.share(encodeCursor(cursor), () => this.#knows(cursor))
  }

  /** Ends the reads and wakes everybody. */
  [Symbol.dispose](): void {
    this.#recalls[Symbol.dispose]()
    this.#reads[Symbol.dispose]()
    this.#bell[Symbol.dispose]()
  }

  /**
   * What continues all that is known here need not be read. Of what others commit it tells nothing, but that rings by itself: the ring of this commit
   * counts as looked into, and as many others as before do not.
   */
  #takeOver(committed: LogBlock): void {
    const { head, rings } = this.#told
    if (committed.from !== head + 1 || (this.#ring.to ?? this.#audience.position) !== head) return
    for (const block of frames(committed)) this.#ring.push(block)
    this.#told = { head: committed.to, rings: rings + 1 }
  }

  #serveAtNextRing(): void {
    this.#bell.onNext(() => {
      this.#serveAtNextRing()
      this.#audience.serve()
    })
  }

  async #readAfter(seq: number): Promise<Found> {
    const { rings } = this.#bell
    const { block, head } = await this.#ask(seq)
    if (head >= this.#told.head) this.#told = { head, rings }
    this.#ring.push(block)
    return { block, head, rings }
  }
}

/** A block as the frames that it makes: the block itself where it fits, else cut where one is full. */
function* frames(block: LogBlock): Generator<LogBlock, void> {
  if (block.count <= LIMITS.logsPerFrame && block.bytes <= LIMITS.bytesPerFrame) return yield block
  const { from, lines } = block
  let start = 0
  let bytes = 0
  for (const [index, line] of lines.entries()) {
    const size = Buffer.byteLength(line)
    if (index > start && (index - start === LIMITS.logsPerFrame || bytes + size > LIMITS.bytesPerFrame)) {
      yield new LogBlock(from + start, lines.slice(start, index))
      start = index
      bytes = 0
    }
    bytes += size
  }
  yield block.after(from + start - 1)
}
