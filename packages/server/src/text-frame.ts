// The beginning of a text message and the length of the rest enter, its bytes behind the header of an unmasked WebSocket frame leave (RFC 6455, 5.2).

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
