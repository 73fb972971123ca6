// A block with the head enters, the text of its message to followers leaves: written once for all of them, but for the few bytes that name the subscription.

import { encodeCursor } from '@runtail/core'
import type { LogBlock } from './block.ts'
import type { FeedFrame } from './feed-frame.ts'
import { ROOM_BEFORE, SharedText } from './text-frame.ts'

/** What every follower gets of a frame, in UTF-8: its message without the beginning, which names the subscription. */
export class FollowMessage {
  /** The cursor after the frame. */
  readonly cursor: string
  readonly rest: SharedText

  constructor({ block, head, reset }: FeedFrame, epoch: string) {
    this.cursor = encodeCursor({ epoch, seq: block.to })
    const id = JSON.stringify(this.cursor)
    const whole = block.between(
      `"result":{"type":"data","data":{"id":${id},"data":{"from":${block.from},"logs":`,
      `,"head":${head}${reset ? ',"reset":true' : ''}}},"id":${id}}}`,
      ROOM_BEFORE,
    )
    this.rest = new SharedText(whole)
  }
}

/** The last message of each block that somebody still holds. */
const written = new WeakMap<
  LogBlock,
  { readonly head: number; readonly epoch: string; readonly message: FollowMessage }
>()

/** The message for a frame, the same for all who get the frame in this state of the store. */
export function followMessage(frame: FeedFrame, epoch: string): FollowMessage {
  const { block, head, reset } = frame
  const known = written.get(block)
  if (!reset && known?.head === head && known.epoch === epoch) return known.message
  const message = new FollowMessage(frame, epoch)
  if (!reset) written.set(block, { head, epoch, message })
  return message
}
