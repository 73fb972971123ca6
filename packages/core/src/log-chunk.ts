// 4,096 neighbouring logs as columns of numbers and one run of bytes, off the JS heap; filled in any order, a filled slot never changes.

/** Slots in a chunk; a power of two, so that a slot is the low bits of its seq. */
export const CHUNK_SLOTS = 4096

/** Bits of a slot's `flags`; 0 is an empty slot. The two lowest bits are the level's index. */
export const FLAG = {
  levelMask: 0b11,
  present: 0b100,
  /** The first 16 bytes are the id, a UUID. */
  uuid: 0b1000,
  /** The message's bytes follow. */
  message: 0b1_0000,
} as const

const FIRST_BYTES = 32 * 1024
const ID_BYTES = 16
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** What a slot is filled with. */
export interface Line {
  readonly flags: number
  readonly timeMs: number
  /** Index in the buffer's table of steps. */
  readonly step: number
  /** 32 hexadecimal digits and 4 hyphens; read where `FLAG.uuid` is set. */
  readonly id: string
  /** Read where `FLAG.message` is set; well-formed Unicode. */
  readonly message: string
  /** Whatever has no column, as JSON; empty where there is nothing. */
  readonly rest: string
}

/** Columns of 4,096 slots. Memory: 29 bytes a slot and the text. */
export class LogChunk {
  /** Slots that are filled. */
  count = 0
  readonly flags = new Uint8Array(CHUNK_SLOTS)
  readonly times = new Float64Array(CHUNK_SLOTS)
  readonly steps = new Uint32Array(CHUNK_SLOTS)
  readonly #starts = new Uint32Array(CHUNK_SLOTS)
  readonly #messageBytes = new Uint32Array(CHUNK_SLOTS)
  readonly #restBytes = new Uint32Array(CHUNK_SLOTS)
  #text = new Uint8Array(FIRST_BYTES)
  #used = 0

  /** Fills an empty slot. */
  fill(slot: number, line: Line): void {
    // A UTF-16 unit needs at most three bytes of UTF-8.
    this.#reserve(ID_BYTES + 3 * (line.message.length + line.rest.length))
    this.flags[slot] = line.flags
    this.times[slot] = line.timeMs
    this.steps[slot] = line.step
    this.#starts[slot] = this.#used
    if (line.flags & FLAG.uuid) this.#writeUuid(line.id)
    if (line.flags & FLAG.message) this.#messageBytes[slot] = this.#write(line.message)
    if (line.rest !== '') this.#restBytes[slot] = this.#write(line.rest)
    this.count += 1
    // A full chunk never grows again: give back what growing ahead took.
    if (this.count === CHUNK_SLOTS) this.#text = this.#text.slice(0, this.#used)
  }

  /** The id of a slot that has `FLAG.uuid`. */
  uuid(slot: number): string {
    const start = this.#start(slot)
    let text = ''
    for (let index = 0; index < ID_BYTES; index += 1) {
      if (index === 4 || index === 6 || index === 8 || index === 10) text += '-'
      text += HEX[this.#text[start + index] ?? 0]
    }
    return text
  }

  /** The message of a slot that has `FLAG.message`. */
  message(slot: number): string {
    const start = this.#messageStart(slot)
    return decoder.decode(this.#text.subarray(start, start + (this.#messageBytes[slot] ?? 0)))
  }

  /** The JSON of what has no column; empty where there is nothing. */
  rest(slot: number): string {
    const start = this.#messageStart(slot) + (this.#messageBytes[slot] ?? 0)
    return decoder.decode(this.#text.subarray(start, start + (this.#restBytes[slot] ?? 0)))
  }

  /** Bytes held, off the JS heap. */
  get bytes(): number {
    return this.#text.byteLength + CHUNK_SLOTS * 29
  }

  #start(slot: number): number {
    return this.#starts[slot] ?? 0
  }

  #messageStart(slot: number): number {
    return this.#start(slot) + ((this.flags[slot] ?? 0) & FLAG.uuid ? ID_BYTES : 0)
  }

  #write(text: string): number {
    const { written } = encoder.encodeInto(text, this.#text.subarray(this.#used))
    this.#used += written
    return written
  }

  #writeUuid(id: string): void {
    let at = 0
    for (let index = 0; index < ID_BYTES; index += 1) {
      if (index === 4 || index === 6 || index === 8 || index === 10) at += 1
      this.#text[this.#used + index] = (nibble(id.charCodeAt(at)) << 4) | nibble(id.charCodeAt(at + 1))
      at += 2
    }
    this.#used += ID_BYTES
  }

  #reserve(bytes: number): void {
    const needed = this.#used + bytes
    if (needed <= this.#text.byteLength) return
    // Lines of a chunk are alike: reckon its end from what it took so far, rather than doubling blindly.
    const expected = this.count > 256 ? Math.ceil((this.#used / this.count) * CHUNK_SLOTS * 1.05) : 0
    const grown = new Uint8Array(Math.max(needed, expected, Math.ceil(this.#text.byteLength * 1.5)))
    grown.set(this.#text.subarray(0, this.#used))
    this.#text = grown
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** The value of a lower-case hexadecimal digit's character code. */
function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87
}
