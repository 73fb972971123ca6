// One follower of an execution enters, frames leave to its sink, each from where the one before ended. While it catches up it asks for itself; at the
// head it is an entry of the audience, and no promise waits for it. Invariants 4 to 6.

import { resumeAt, type Cursor } from '@runtail/core'
import type { Listener } from './audience.ts'
import { LogBlock } from './block.ts'
import type { Channel } from './channel.ts'
import type { Cancel, Clock } from './clock.ts'
import type { FeedFrame, FeedStart, FrameSink } from './feed-frame.ts'

/** What all followers of a feed share. */
export interface FollowerOptions {
  readonly clock: Clock
  /** After how much silence it is told the head. */
  readonly syncIntervalMs: number
  /** The store's present epoch. */
  readonly epoch: string
}

/** A position that moves on with each frame that its sink is given. */
export class Follower implements Listener {
  readonly #channel: Channel
  readonly #sink: FrameSink
  readonly #options: FollowerOptions
  #phase: 'asking' | 'listening' | 'gone' = 'asking'
  #position = 0
  #sentAtMs = 0
  #cancelWait: Cancel | undefined

  constructor(channel: Channel, sink: FrameSink, options: FollowerOptions) {
    this.#channel = channel
    this.#sink = sink
    this.#options = options
    // Before the first read, so that no hint falls between the two.
    channel.enter()
  }

  get position(): number {
    return this.#position
  }

  /** The first frame comes at once, if need be without logs. */
  begin(start: FeedStart | undefined): void {
    this.#open(start)
      .then(() => this.#catchUp())
      .catch((error: unknown) => this.#fail(error))
  }

  /** From now on the sink gets nothing more. Harmless when repeated. */
  leave(): void {
    if (this.#phase === 'gone') return
    if (this.#phase === 'listening') this.#channel.unlisten(this)
    this.#phase = 'gone'
    this.#cancelWait?.()
    this.#channel.exit()
  }

  take(frame: FeedFrame): boolean {
    if (!this.#sink.hasRoom) return false
    this.#send(frame)
    return true
  }

  isDue(): boolean {
    const { clock, syncIntervalMs } = this.#options
    return clock.now() - this.#sentAtMs >= syncIntervalMs
  }

  wake(): void {
    this.#phase = 'asking'
    this.#catchUp().catch((error: unknown) => this.#fail(error))
  }

  async #open(start: FeedStart | undefined): Promise<void> {
    const channel = this.#channel
    // A tail is a cursor as soon as the head is known.
    const cursor = start && 'last' in start ? this.#cursorAt((await channel.head()) - start.last) : start
    // While this epoch lasts nothing of it can get lost.
    const known = !cursor || cursor.epoch === this.#options.epoch || (await channel.knows(cursor))
    const expected = cursor && known ? cursor.seq : 0
    const first = await channel.next(expected)
    const { after, reset } = resumeAt(cursor, { known, head: first.head })
    const block = after === expected ? first.block : new LogBlock(after + 1, [])
    await this.#untilRoom()
    this.#send({ block, head: first.head, ...(reset && { reset }) })
  }

  /** Asks and sends until nothing more is there. */
  async #catchUp(): Promise<void> {
    while (this.#phase === 'asking') {
      // Whoever reads slowly holds no block while it is waited for, nor the one before: that went with the call which had it.
      await this.#untilRoom()
      await this.#advance()
    }
  }

  async #advance(): Promise<void> {
    const next = await this.#channel.next(this.#position)
    const isNews = next.block.count > 0
    if (isNews || this.isDue()) {
      await this.#untilRoom()
      this.#send({ block: next.block, head: next.head })
    } else if (this.#channel.rings === next.rings) this.#listen()
  }

  #listen(): void {
    if (this.#phase !== 'asking') return
    this.#phase = 'listening'
    this.#channel.listen(this)
  }

  /** Whoever leaves meanwhile is not called back. */
  async #untilRoom(): Promise<void> {
    if (this.#sink.hasRoom || this.#phase === 'gone') return
    await new Promise<void>((resolve) => (this.#cancelWait = this.#sink.onRoom(resolve)))
    this.#cancelWait = undefined
  }

  #send(frame: FeedFrame): void {
    if (this.#phase === 'gone') return
    this.#position = frame.block.to
    this.#sentAtMs = this.#options.clock.now()
    this.#sink.send(frame)
  }

  #fail(error: unknown): void {
    if (this.#phase === 'gone') return
    this.leave()
    this.#sink.failed(error)
  }

  #cursorAt(seq: number): Cursor {
    return { epoch: this.#options.epoch, seq: Math.max(0, seq) }
  }
}
