// A buffer and a query enter, the seqs that match leave in order; what arrives later, wherever it belongs, is found by the next `advance`.

import { SlotBits } from './log-bits.ts'
import type { LogBuffer } from './log-buffer.ts'
import { CHUNK_SLOTS, FLAG, type LogChunk } from './log-chunk.ts'
import { LOG_LEVELS, type ExecutionLog, type LogLevel } from './log.ts'

/** Which logs are meant; every part that is given must hold. */
export interface LogQuery {
  readonly levels?: readonly LogLevel[]
  /** Values of `step_name`. */
  readonly steps?: readonly string[]
  /** Tested against the message, then against `error_message`; the flags `g` and `y` mean nothing here. */
  readonly text?: RegExp
}

/** What is known of one chunk. */
interface Found {
  /** How many of the chunk's arrivals were looked at. */
  scanned: number
  readonly slots: SlotBits
}

/**
 * How much text is decoded in one go; after each, `shouldStop` is asked. Well under a millisecond's work, and small enough that engines
 * put the decoded string among the short-lived ones: four times this much, and a search spends half its time on collecting garbage.
 */
const PIECE_BYTES = 64 * 1024

/** The seqs of a buffer that match a query, in order; grows with the buffer, in whatever order lines arrive. */
export class LogMatches {
  readonly #logs: LogBuffer
  readonly #text: RegExp | undefined
  readonly #steps: ReadonlySet<string> | undefined
  /** By level's index. */
  readonly #wantsLevel: readonly boolean[]
  /** By step's index; grows with the buffer's steps. */
  #wantsStep: boolean[] = []
  #chunks: LogBuffer['chunks']
  #found: (Found | undefined)[] = []
  /** Matches in all chunks before each; right up to `#settled`. */
  #before: number[] = [0]
  #settled = 0
  #count = 0
  #scanned = 0

  constructor(logs: LogBuffer, query: LogQuery) {
    this.#logs = logs
    this.#chunks = logs.chunks
    this.#text = query.text && new RegExp(query.text.source, query.text.flags.replaceAll(/[gy]/g, ''))
    this.#steps = query.steps && new Set(query.steps)
    this.#wantsLevel = LOG_LEVELS.map((level) => query.levels?.includes(level) ?? true)
  }

  /** Matches found so far. */
  get count(): number {
    return this.#count
  }

  /** Logs looked at; equal to `logs.count` when nothing is left to look at. */
  get scanned(): number {
    return this.#scanned
  }

  /** The seq of a match; undefined unless 0 ≤ index < count. */
  at(index: number): number | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined
    this.#settle()
    const chunk = this.#chunkOfMatch(index)
    const slots = this.#found[chunk]?.slots
    return slots && chunk * CHUNK_SLOTS + slots.select(index - (this.#before[chunk] ?? 0))
  }

  /** The index of the first match at or after `seq`; `count` where there is none. */
  indexOf(seq: number): number {
    const chunk = Math.floor(seq / CHUNK_SLOTS)
    if (chunk >= this.#found.length) return this.#count
    if (chunk < 0) return 0
    this.#settle()
    return (this.#before[chunk] ?? 0) + (this.#found[chunk]?.slots.rank(seq % CHUNK_SLOTS) ?? 0)
  }

  /** Whether the log at `seq` was looked at and matches. */
  has(seq: number): boolean {
    return this.#found[Math.floor(seq / CHUNK_SLOTS)]?.slots.has(seq % CHUNK_SLOTS) ?? false
  }

  /**
   * Looks at what was put since, piece by piece, until nothing is left (true) or `shouldStop()` says so (false).
   * Begins with the piece of `nearSeq` and what follows it, and comes to what lies before that last.
   */
  advance(options: { readonly shouldStop?: () => boolean; readonly nearSeq?: number } = {}): boolean {
    const { shouldStop, nearSeq = 0 } = options
    if (this.#chunks !== this.#logs.chunks) this.#restart()
    if (this.#scanned === this.#logs.count) return true
    this.#learnSteps()
    const { length } = this.#chunks
    const near = Math.min(Math.max(Math.floor(nearSeq / CHUNK_SLOTS), 0), length - 1)
    for (let offset = 0; offset < length; offset += 1) {
      const index = (near + offset) % length
      const chunk = this.#chunks[index]
      while (chunk && this.#scan(chunk, index)) {
        if (this.#scanned === this.#logs.count) return true
        if (shouldStop?.()) return false
      }
    }
    return true
  }

  /** Looks at the next piece of a chunk; false where nothing of it is left. */
  #scan(chunk: LogChunk, index: number): boolean {
    const from = this.#found[index]?.scanned ?? 0
    if (from === chunk.count) return false
    const found = (this.#found[index] ??= { scanned: 0, slots: new SlotBits() })
    const before = found.slots.count
    found.scanned = this.#text ? this.#scanText(chunk, found, this.#text) : this.#scanColumns(chunk, found)
    this.#scanned += found.scanned - from
    if (found.slots.count === before) return true
    this.#count += found.slots.count - before
    this.#settled = Math.min(this.#settled, index)
    return true
  }

  /** Without a text: a chunk is one piece. */
  #scanColumns(chunk: LogChunk, { scanned, slots }: Found): number {
    for (let arrival = scanned; arrival < chunk.count; arrival += 1) {
      const slot = chunk.arrivals[arrival] ?? 0
      if (this.#wants(chunk, slot)) slots.add(slot)
    }
    return chunk.count
  }

  /** Decodes the messages of a piece in one go and tests each by itself, so that no match reaches across logs. */
  #scanText(chunk: LogChunk, { scanned, slots }: Found, pattern: RegExp): number {
    const end = pieceEnd(chunk, scanned)
    const messages = chunk.messages(scanned, end)
    let offset = 0
    for (let arrival = scanned; arrival < end; arrival += 1) {
      const slot = chunk.arrivals[arrival] ?? 0
      const from = offset
      offset += chunk.messageLength(slot)
      if (!this.#wants(chunk, slot)) continue
      const flags = chunk.flags[slot] ?? 0
      const matches =
        ((flags & FLAG.message) !== 0 && pattern.test(messages.slice(from, offset))) ||
        ((flags & FLAG.restText) !== 0 && hasInRest(chunk, slot, pattern))
      if (matches) slots.add(slot)
    }
    return end
  }

  #wants(chunk: LogChunk, slot: number): boolean {
    return (
      this.#wantsLevel[(chunk.flags[slot] ?? 0) & FLAG.levelMask] === true &&
      (!this.#steps || this.#wantsStep[chunk.steps[slot] ?? 0] === true)
    )
  }

  #learnSteps(): void {
    const { steps } = this.#logs
    for (let index = this.#wantsStep.length; this.#steps && index < steps.size; index += 1) {
      this.#wantsStep.push(this.#steps.has(steps.at(index)?.step_name ?? ''))
    }
  }

  /** Brings the sums up to date, from the first chunk in which something was found since. */
  #settle(): void {
    for (let index = this.#settled; index < this.#found.length; index += 1) {
      this.#before[index + 1] = (this.#before[index] ?? 0) + (this.#found[index]?.slots.count ?? 0)
    }
    this.#settled = this.#found.length
  }

  /** The last chunk with at most `index` matches before it. */
  #chunkOfMatch(index: number): number {
    let low = 0
    let high = this.#found.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#before[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  #restart(): void {
    this.#chunks = this.#logs.chunks
    this.#found = []
    this.#before = [0]
    this.#wantsStep = []
    this.#settled = this.#count = this.#scanned = 0
  }
}

/** The arrival at which a piece that begins with the `from`th ends: one log at least, and as many more as there is little to read. */
function pieceEnd(chunk: LogChunk, from: number): number {
  let bytes = 0
  let end = from
  while (end < chunk.count && bytes < PIECE_BYTES) {
    const slot = chunk.arrivals[end] ?? 0
    bytes += chunk.messageBytes(slot)
    if ((chunk.flags[slot] ?? 0) & FLAG.restText) bytes += chunk.restBytes(slot)
    end += 1
  }
  return end
}

/** Whether a text that is kept with what has no column matches: an error's, or a message that is not well-formed. */
function hasInRest(chunk: LogChunk, slot: number, pattern: RegExp): boolean {
  const { message, error_message } = JSON.parse(chunk.rest(slot)) as Partial<ExecutionLog>
  return (
    (message !== undefined && pattern.test(message)) || (error_message !== undefined && pattern.test(error_message))
  )
}
