// What the feed takes from whoever follows, and gives to whoever sends it on: where to begin; a shared block, the head, and whether to begin anew.

import type { Cursor } from '@runtail/core'
import type { LogBlock } from './block.ts'
import type { Cancel } from './clock.ts'

/** Begins with the last logs that there are when the follower comes: with all where there are fewer. */
export interface Tail {
  readonly last: number
}

/** Where a follower begins: after its cursor, or at a tail. */
export type FeedStart = Cursor | Tail

/** How a stream of frames is followed. */
export interface Following {
  /** @default the first log */
  readonly start?: FeedStart | undefined
  /** Ends the stream. */
  readonly signal: AbortSignal
}

/** Where the frames of one follower go. */
export interface FrameSink {
  /** Whether a frame can be sent now. */
  readonly hasRoom: boolean
  /** Calls back once, when one can be sent (or when it does not matter any more). Asked while there is no room. */
  onRoom(callback: () => void): Cancel
  /** Takes a frame; called while there is room. */
  send(frame: FeedFrame): void
  /** The follower has ended by a fault, and nothing comes any more. */
  failed(error: unknown): void
}

/** One step of one follower; an empty block is a sync frame that announces the head. */
export interface FeedFrame {
  readonly block: LogBlock
  readonly head: number
  /** Only on a first frame: the follower's cursor was worth nothing here. */
  readonly reset?: true
}
