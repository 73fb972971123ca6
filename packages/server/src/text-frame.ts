// The beginning of a text message and the rest enter, an unmasked WebSocket frame leaves (RFC 6455, 5.2): its first part, or all of it in one buffer that many sockets share.

/** A final text frame. */
const TEXT = 0x81
const SHORT = 125
const LENGTH_IN_16_BITS = 126
const LENGTH_IN_64_BITS = 127

/** The header of a frame of `opening` and `restBytes` more, with `opening` behind it. */
export function textFrame(opening: string, restBytes: number): Buffer {
  const openingBytes = Buffer.byteLength(opening)
  const length = openingBytes + restBytes
  const headerBytes = length <= SHORT ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + openingBytes)
  frame[0] = TEXT
  if (length <= SHORT) frame[1] = length
  else if (length < 65_536) {
    frame[1] = LENGTH_IN_16_BITS
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_IN_64_BITS
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2)
    frame.writeUInt32BE(length >>> 0, 6)
  }
  frame.write(opening, headerBytes)
  return frame
}

/** So many bytes are free before a shared text: a header, and how a message usually begins. */
export const ROOM_BEFORE = 64

/**
 * The text that many messages end with. Where they begin alike, as those to equal pages do, one frame is all that their sockets write: the first
 * that asks has its beginning written in front of the text.
 */
export class SharedText {
  readonly bytes: Buffer
  readonly #buffer: Buffer
  #opening: string | undefined
  #frame: Buffer | undefined

  /** @param buffer the text behind {@link ROOM_BEFORE} bytes that are free, and left to this from now on */
  constructor(buffer: Buffer) {
    this.#buffer = buffer
    this.bytes = buffer.subarray(ROOM_BEFORE)
  }

  /** The whole frame of a message; undefined where another beginning has taken the room, or this is too long for it. */
  frame(opening: string): Buffer | undefined {
    if (this.#opening === undefined) {
      this.#opening = opening
      this.#frame = this.#begunWith(textFrame(opening, this.bytes.length))
    }
    return opening === this.#opening ? this.#frame : undefined
  }

  #begunWith(beginning: Buffer): Buffer | undefined {
    const start = ROOM_BEFORE - beginning.length
    if (start < 0) return undefined
    beginning.copy(this.#buffer, start)
    return this.#buffer.subarray(start)
  }
}
