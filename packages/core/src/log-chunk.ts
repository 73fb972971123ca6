// 4,096 neighbouring logs as columns of numbers and two runs of bytes, off the JS heap; filled in any order, a filled slot never changes.

import { Bytes } from './log-bytes.ts'
import { readUuid, UUID_BYTES, writeUuid } from './log-fields.ts'

/** Slots in a chunk; a power of two, so that a slot is the low bits of its seq. */
export const CHUNK_SLOTS = 4096

/** Bits of a slot's `flags`; 0 is an empty slot. The two lowest bits are the level's index. */
export const FLAG = {
  levelMask: 0b11,
  present: 0b100,
  /** The id is a UUID, in the column of ids. */
  uuid: 0b1000,
  /** The message is among the messages. */
  message: 0b1_0000,
  /** Every byte of that message is a character. */
  ascii: 0b10_0000,
  /** The rest holds text that a search looks at. */
  restText: 0b100_0000,
} as const

/** Bytes of a slot in all columns. */
const COLUMN_BYTES = 39
/** Bytes more, in a chunk that has rests. */
const REST_BYTES = 8

/** What a slot is filled with. */
export interface Line {
  /** `FLAG.ascii` is found out by the chunk. */
  readonly flags: number
  readonly timeMs: number
  /** Index in the buffer's table of steps. */
  readonly step: number
  /** Read where `FLAG.message` is set; well-formed Unicode. */
  readonly message: string
  /** Whatever has no column, as JSON; empty where there is nothing. */
  readonly rest: string
}

/** JSON of what has no column; most chunks have little of it, or none. */
interface Rests {
  readonly text: Bytes
  readonly starts: Uint32Array
  readonly bytes: Uint32Array
}

/** Columns of 4,096 slots. Memory: 39 bytes a slot, 8 more with rests, and the text. */
export class LogChunk {
  /** Slots that are filled. */
  count = 0
  readonly flags = new Uint8Array(CHUNK_SLOTS)
  readonly times = new Float64Array(CHUNK_SLOTS)
  readonly steps = new Uint32Array(CHUNK_SLOTS)
  /** The filled slots in order of arrival; messages lie in that order, one right after the other. */
  readonly arrivals = new Uint16Array(CHUNK_SLOTS)
  readonly #messageStarts = new Uint32Array(CHUNK_SLOTS)
  readonly #messageBytes = new Uint32Array(CHUNK_SLOTS)
  readonly #messages = new Bytes()
  readonly #uuids = new Uint8Array(CHUNK_SLOTS * UUID_BYTES)
  #rests: Rests | undefined

  /** Whether `id` is a UUID and was kept as the one of an empty slot: then its `flags` are to say so. */
  keepUuid(slot: number, id: string): boolean {
    return writeUuid(id, this.#uuids, slot * UUID_BYTES)
  }

  /** Fills an empty slot. */
  fill(slot: number, line: Line): void {
    const filled = this.count / CHUNK_SLOTS
    const written = line.flags & FLAG.message ? this.#messages.write(line.message, filled) : 0
    const isAscii = written === line.message.length && line.flags & FLAG.message
    this.flags[slot] = line.flags | (isAscii ? FLAG.ascii : 0)
    this.times[slot] = line.timeMs
    this.steps[slot] = line.step
    this.#messageStarts[slot] = this.#messages.used - written
    this.#messageBytes[slot] = written
    if (line.rest !== '') this.#keepRest(slot, line.rest, filled)
    this.arrivals[this.count] = slot
    this.count += 1
    if (this.count < CHUNK_SLOTS) return
    this.#messages.trim()
    this.#rests?.text.trim()
  }

  /** The id of a slot that has `FLAG.uuid`. */
  uuid(slot: number): string {
    return readUuid(this.#uuids, slot * UUID_BYTES)
  }

  /** The message of a slot that has `FLAG.message`. */
  message(slot: number): string {
    const start = this.#messageStarts[slot] ?? 0
    return this.#messages.text(start, start + this.messageBytes(slot))
  }

  /** Bytes of UTF-8 in the message of a slot that has `FLAG.message`. */
  messageBytes(slot: number): number {
    return this.#messageBytes[slot] ?? 0
  }

  /** The same in UTF-16 units. */
  messageLength(slot: number): number {
    const bytes = this.messageBytes(slot)
    if ((this.flags[slot] ?? 0) & FLAG.ascii) return bytes
    const start = this.#messageStarts[slot] ?? 0
    return this.#messages.units(start, start + bytes)
  }

  /** All messages from the `from`th arrival to before the `to`th, one right after the other. */
  messages(from: number, to: number): string {
    return this.#messages.text(this.messageOffset(from), this.messageOffset(to))
  }

  /** Where the message of the `arrival`th slot begins among the bytes of all messages; their end for the one to come. */
  messageOffset(arrival: number): number {
    if (arrival >= this.count) return this.#messages.used
    return this.#messageStarts[this.arrivals[arrival] ?? 0] ?? 0
  }

  /** The JSON of what has no column; empty where there is nothing. */
  rest(slot: number): string {
    const start = this.#rests?.starts[slot] ?? 0
    return this.#rests?.text.text(start, start + this.restBytes(slot)) ?? ''
  }

  /** Bytes of that JSON. */
  restBytes(slot: number): number {
    return this.#rests?.bytes[slot] ?? 0
  }

  /** Bytes held, off the JS heap. */
  get bytes(): number {
    const rests = this.#rests ? this.#rests.text.capacity + CHUNK_SLOTS * REST_BYTES : 0
    return CHUNK_SLOTS * COLUMN_BYTES + this.#messages.capacity + rests
  }

  /** Of those, what the filled slots need. */
  get usedBytes(): number {
    const rests = this.#rests ? this.#rests.text.used + this.count * REST_BYTES : 0
    return this.count * COLUMN_BYTES + this.#messages.used + rests
  }

  #keepRest(slot: number, rest: string, filled: number): void {
    this.#rests ??= { text: new Bytes(), starts: new Uint32Array(CHUNK_SLOTS), bytes: new Uint32Array(CHUNK_SLOTS) }
    const { text, starts, bytes } = this.#rests
    starts[slot] = text.used
    bytes[slot] = text.write(rest, filled)
  }
}
