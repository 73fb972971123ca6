// What the feed takes from whoever follows, and gives to whoever sends it on: where to begin; a shared block, the head, and whether to begin anew.

import type { Cursor } from '@runtail/core'
import type { LogBlock } from './block.ts'

/** Begins with the last logs that there are when the follower comes: with all where there are fewer. */
export interface Tail {
  readonly last: number
}

/** Where a follower begins: after its cursor, or at a tail. */
export type FeedStart = Cursor | Tail

/** How a follower follows. */
export interface Following {
  /** @default the first log */
  readonly start?: FeedStart | undefined
  readonly signal: AbortSignal
  /**
   * Called with what comes while the follower waits at the head: true where it is sent by now, and then it will not come as a frame of the stream.
   * Many followers are served so in one go; whoever cannot take one just now gets it from the stream. @default every frame comes in the stream
   */
  readonly take?: (frame: FeedFrame) => boolean
}

/** One step of one follower; an empty block is a sync frame that announces the head. */
export interface FeedFrame {
  readonly block: LogBlock
  readonly head: number
  /** Only on a first frame: the follower's cursor was worth nothing here. */
  readonly reset?: true
}
