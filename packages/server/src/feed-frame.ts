// What the feed gives to whoever sends it on: a shared block, the head, and whether the follower must begin anew.

import type { LogBlock } from './block.ts'

/** One step of one follower; an empty block is a sync frame that announces the head. */
export interface FeedFrame {
  readonly block: LogBlock
  readonly head: number
  /** Only on a first frame: the follower's cursor was worth nothing here. */
  readonly reset?: true
}
