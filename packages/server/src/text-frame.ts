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

/**
 * Frames that go to many sockets one after another. Where their texts begin alike, as those of equal pages do, one buffer is all that each of
 * them writes. Holds the latest frame alone.
 */
export class SharedFrames {
  #opening = ''
  #tail: Buffer | undefined
  #frame: Buffer | undefined

  /** The whole frame, from the second time on that it is asked for: for one socket alone a copy of the tail would be made for nothing. */
  frame(opening: string, tail: Buffer): Buffer | undefined {
    if (tail !== this.#tail) {
      this.#opening = opening
      this.#tail = tail
      this.#frame = undefined
      return undefined
    }
    if (opening !== this.#opening) return undefined
    this.#frame ??= Buffer.concat([textFrame(opening, tail.length), tail])
    return this.#frame
  }
}
