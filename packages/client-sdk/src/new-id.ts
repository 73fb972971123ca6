// The clock and random bytes enter, ids leave that nobody else makes and that rise with time: UUIDs, version 7 of RFC 9562. A log costs little more than its id, so this is quick.

const RANDOM_BYTES = 7
const POOL_BYTES = RANDOM_BYTES * 512
/** Ids of one millisecond; their count begins at random in its lower half. */
const MAX_COUNT = 2 ** 16

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const pool = new Uint8Array(POOL_BYTES)
let unused = 0
let atMs = 0
/** What all ids of this millisecond begin with. */
let timePart = ''
let count = 0

/** A new id: the time, a count of 16 bits, 56 random bits. Each is greater than the one before, also where the clock was set back. */
export function newId(): string {
  const nowMs = Date.now()
  count += 1
  if (nowMs > atMs) beginMs(nowMs)
  else if (count === MAX_COUNT) beginMs(atMs + 1)
  const at = takeBytes()
  const digits = hex(count >> 8) + hex(count & 0xff)
  return (
    `${timePart}-7${digits.slice(0, 3)}-8${digits.slice(3)}${hex(pool[at])}-` +
    `${hex(pool[at + 1])}${hex(pool[at + 2])}${hex(pool[at + 3])}${hex(pool[at + 4])}${hex(pool[at + 5])}${hex(pool[at + 6])}`
  )
}

function beginMs(nowMs: number): void {
  atMs = nowMs
  const digits = nowMs.toString(16).padStart(12, '0')
  timePart = `${digits.slice(0, 8)}-${digits.slice(8)}`
  const at = takeBytes()
  count = ((pool[at] ?? 0) << 7) | ((pool[at + 1] ?? 0) >> 1)
}

/** Where in the pool the random bytes of one id are. */
function takeBytes(): number {
  if (unused === 0) {
    crypto.getRandomValues(pool)
    unused = POOL_BYTES
  }
  unused -= RANDOM_BYTES
  return unused
}

function hex(byte = 0): string {
  return HEX[byte] ?? ''
}
