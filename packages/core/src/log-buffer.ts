// Logs of one execution enter in any order and any number of times; position = seq, so history and live merge by the same `put`. Invariants 4 and 5 on the screen.

import { RuntailError } from './errors.ts'
import { CHUNK_SLOTS, FLAG, LogChunk } from './log-chunk.ts'
import { TimeReader } from './log-fields.ts'
import { LogSteps, type LogStep, type StepCount } from './log-steps.ts'
import { LOG_LEVELS, type ExecutionLog, type LogLevel } from './log.ts'

/** Neighbouring seqs, both ends included. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/** The fields of a log that have no column of their own. */
type Rest = Partial<ExecutionLog>

const encoder = new TextEncoder()
const LEVEL_INDEX = Object.fromEntries(LOG_LEVELS.map((level, index) => [level, index])) as Record<LogLevel, number>

/**
 * Every log of one execution that has arrived, addressed by seq. Loses nothing: `get` gives what `put` took.
 * Text lies as bytes outside the JS heap and is decoded when asked for, so that a million logs cost the garbage collector nothing.
 */
export class LogBuffer {
  #chunks: (LogChunk | undefined)[] = []
  #executionId: string | undefined
  #steps = new LogSteps()
  readonly #times = new TimeReader()
  #count = 0
  #first = 0
  #last = 0

  /** The lowest seq held; 0 while empty. */
  get first(): number {
    return this.#first
  }

  /** The highest seq held; 0 while empty. */
  get last(): number {
    return this.#last
  }

  /** How many logs are held. */
  get count(): number {
    return this.#count
  }

  /** Bytes held off the JS heap. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + (chunk?.bytes ?? 0), 0)
  }

  /** Of those, what the logs need; the rest is kept free for their neighbours. For reckoning what more logs would take. */
  get usedBytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + (chunk?.usedBytes ?? 0), 0)
  }

  /**
   * Takes a log. False where its seq is held already: the first to arrive stays, for a stored log never changes.
   * @throws RuntailError `invalid_input` for a log of another execution, or without a valid seq.
   */
  put(log: ExecutionLog): boolean {
    const { seq } = log
    const index = Math.floor(seq / CHUNK_SLOTS)
    const slot = seq % CHUNK_SLOTS
    let chunk = this.#chunks[index]
    if (chunk?.flags[slot]) return false
    this.#check(log)
    if (!chunk) this.#chunks[index] = chunk = new LogChunk()
    this.#fill(chunk, slot, log)
    this.#count += 1
    if (seq > this.#last) this.#last = seq
    if (this.#first === 0 || seq < this.#first) this.#first = seq
    return true
  }

  /** Whether the log at `seq` is held. */
  has(seq: number): boolean {
    return this.#flags(seq) !== 0
  }

  /** The log at `seq`, as it was put. */
  get(seq: number): ExecutionLog | undefined {
    const chunk = this.#chunkOf(seq)
    const flags = this.#flags(seq)
    if (!chunk || flags === 0 || this.#executionId === undefined) return undefined
    const slot = seq % CHUNK_SLOTS
    const json = chunk.rest(slot)
    const rest = (json === '' ? {} : JSON.parse(json)) as Rest
    return {
      id: flags & FLAG.uuid ? chunk.uuid(slot) : '',
      execution_id: this.#executionId,
      seq,
      timestamp: rest.timestamp ?? new Date(chunk.times[slot] ?? 0).toISOString(),
      level: levelOf(flags),
      ...(this.stepAt(seq) as LogStep),
      ...(flags & FLAG.message ? { message: chunk.message(slot) } : {}),
      ...rest,
    }
  }

  /** The level at `seq`. */
  levelAt(seq: number): LogLevel | undefined {
    const flags = this.#flags(seq)
    return flags === 0 ? undefined : levelOf(flags)
  }

  /** Unix milliseconds of the log at `seq`; NaN where it is not held. */
  timeAt(seq: number): number {
    return this.has(seq) ? (this.#chunkOf(seq)?.times[seq % CHUNK_SLOTS] ?? Number.NaN) : Number.NaN
  }

  /** The step of the log at `seq`; the same object for all its logs. */
  stepAt(seq: number): LogStep | undefined {
    return this.has(seq) ? this.#steps.at(this.#chunkOf(seq)?.steps[seq % CHUNK_SLOTS] ?? 0) : undefined
  }

  /** The message of the log at `seq`, without decoding the rest of it. */
  messageAt(seq: number): string | undefined {
    const flags = this.#flags(seq)
    if (flags & FLAG.message) return this.#chunkOf(seq)?.message(seq % CHUNK_SLOTS)
    return flags === 0 ? undefined : this.get(seq)?.message
  }

  /** How many bytes of UTF-8 the message at `seq` has; 0 without one. */
  messageBytesAt(seq: number): number {
    const flags = this.#flags(seq)
    if (flags & FLAG.message) return this.#chunkOf(seq)?.messageBytes(seq % CHUNK_SLOTS) ?? 0
    return flags & FLAG.restText ? encoder.encode(this.messageAt(seq)).length : 0
  }

  /** Whether the message at `seq` is ASCII alone, so that its bytes are its characters; also where there is none. */
  isAsciiAt(seq: number): boolean {
    return (this.#flags(seq) & FLAG.ascii) !== 0 || this.messageBytesAt(seq) === 0
  }

  /** How many logs are held of each step name, in the order of the lowest seq of each. */
  stepCounts(): readonly StepCount[] {
    return this.#steps.counts()
  }

  /** For `LogMatches`: the chunks by `floor(seq / CHUNK_SLOTS)`; another array after `clear`. */
  get chunks(): readonly (LogChunk | undefined)[] {
    return this.#chunks
  }

  /** For `LogMatches`: what the indexes in a chunk's `steps` mean. */
  get steps(): LogSteps {
    return this.#steps
  }

  /** What is missing between the first and the last log held, lowest first. */
  holes(): SeqRange[] {
    const holes: SeqRange[] = []
    let from = 0
    for (let seq = this.#first; seq <= this.#last && seq > 0;) {
      const chunk = this.#chunkOf(seq)
      const whole = seq % CHUNK_SLOTS === 0 && (!chunk || chunk.count === CHUNK_SLOTS)
      const present = whole ? chunk !== undefined : this.has(seq)
      if (present && from > 0) holes.push({ from, to: seq - 1 })
      if (present) from = 0
      else if (from === 0) from = seq
      seq += whole ? CHUNK_SLOTS : 1
    }
    return holes
  }

  /** Forgets everything, as after a reset of the store. */
  clear(): void {
    this.#chunks = []
    this.#steps = new LogSteps()
    this.#executionId = undefined
    this.#count = this.#first = this.#last = 0
  }

  #fill(chunk: LogChunk, slot: number, log: ExecutionLog): void {
    const isUuid = chunk.keepUuid(slot, log.id)
    const timeMs = this.#times.read(log.timestamp)
    const isCanonicalTime = !Number.isNaN(timeMs)
    // Bytes of UTF-8 cannot hold a lone surrogate; JSON can, escaped.
    const isPlain = log.message !== undefined && log.message.isWellFormed()
    const rest = restOf(log, { id: !isUuid, message: !isPlain, timestamp: !isCanonicalTime })
    const hasRestText = rest !== undefined && (rest.message !== undefined || rest.error_message !== undefined)
    chunk.fill(slot, {
      flags:
        LEVEL_INDEX[log.level] |
        FLAG.present |
        (isUuid ? FLAG.uuid : 0) |
        (isPlain ? FLAG.message : 0) |
        (hasRestText ? FLAG.restText : 0),
      timeMs: isCanonicalTime ? timeMs : Date.parse(log.timestamp),
      step: this.#steps.count(log),
      message: isPlain ? (log.message ?? '') : '',
      rest: rest === undefined ? '' : JSON.stringify(rest),
    })
  }

  #check(log: ExecutionLog): void {
    this.#executionId ??= log.execution_id
    if (log.execution_id === this.#executionId && Number.isSafeInteger(log.seq) && log.seq > 0) return
    throw new RuntailError('invalid_input', {
      message: `This buffer holds logs of ${this.#executionId} with seq 1 and up, not seq ${log.seq} of ${log.execution_id}. Use one buffer per execution.`,
      data: { execution_id: log.execution_id, seq: log.seq },
    })
  }

  #chunkOf(seq: number): LogChunk | undefined {
    return this.#chunks[Math.floor(seq / CHUNK_SLOTS)]
  }

  #flags(seq: number): number {
    return this.#chunkOf(seq)?.flags[seq % CHUNK_SLOTS] ?? 0
  }
}

function levelOf(flags: number): LogLevel {
  return LOG_LEVELS[flags & FLAG.levelMask] ?? 'info'
}

/** What the columns cannot hold of a log, or undefined, as for nearly all. */
function restOf(
  log: ExecutionLog,
  keep: { readonly id: boolean; readonly message: boolean; readonly timestamp: boolean },
): Rest | undefined {
  const rest: { -readonly [K in keyof Rest]: Rest[K] } = {}
  if (keep.id) rest.id = log.id
  if (keep.timestamp) rest.timestamp = log.timestamp
  if (keep.message && log.message !== undefined) rest.message = log.message
  if (log.event !== undefined) rest.event = log.event
  if (log.input_data !== undefined) rest.input_data = log.input_data
  if (log.output_data !== undefined) rest.output_data = log.output_data
  if (log.duration_ms !== undefined) rest.duration_ms = log.duration_ms
  if (log.error_message !== undefined) rest.error_message = log.error_message
  if (log.progress !== undefined) rest.progress = log.progress
  for (const _field in rest) return rest
  return undefined
}
