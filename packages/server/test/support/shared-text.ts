// A text enters, the same as the shared end of messages leaves.

import { ROOM_BEFORE, SharedText } from '../../src/text-frame.ts'

/** As a frame of a follower is written. */
export function shared(text: string): SharedText {
  return new SharedText(Buffer.concat([Buffer.alloc(ROOM_BEFORE), Buffer.from(text)]))
}
