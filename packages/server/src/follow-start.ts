// The input of a follower enters, where it begins leaves: after its cursor, or at a tail; for every way in which `logs.follow` is served.

import { parseCursor, type Cursor, type FollowInput } from '@runtail/core'
import type { FeedStart } from './feed-frame.ts'

/** A cursor's text, or a seq of the present epoch. The inputs have been checked, so an unreadable text does not come here. */
export function cursorOf(position: string | number | undefined, epoch: string): Cursor | undefined {
  if (typeof position === 'number') return { epoch, seq: position }
  return position === undefined ? undefined : parseCursor(position)
}

/** A cursor goes before a tail, so that whoever resumes does not begin at a new end. */
export function startOf({ lastEventId, after, last }: FollowInput, epoch: string): FeedStart | undefined {
  return cursorOf(lastEventId ?? after, epoch) ?? (last === undefined ? undefined : { last })
}
