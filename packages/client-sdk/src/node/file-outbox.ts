// Lines enter as into an outbox in memory, and a journal of them as well; whatever happens to the file, the lines go on. Invariants 5 and 8.

import type { LogLine, Loss } from '../log-line.ts'
import { isContinued } from '../lane.ts'
import type { Entry } from '../outbox-queue.ts'
import { MemoryOutbox, type GapWriter, type Outbox, type OutboxBounds, type ReportedExecution } from '../outbox.ts'
import type { OutboxStats } from '../types.ts'
import { isEnding, records, type JournalHeader } from './journal.ts'
import type { JournalFile } from './journal-file.ts'

/** What a {@link FileOutbox} is made from. */
export interface FileOutboxOptions {
  readonly file: JournalFile
  readonly header: Omit<JournalHeader, 'runtail_outbox'>
  readonly bounds: OutboxBounds
  readonly writeGap: GapWriter
  readonly onDrop: (executionId: string) => void
  /** Why no file may be made now. */
  readonly refusal: () => string | undefined
  /** Told once, when lines are in memory alone from now on. */
  readonly onBroken: (cause: unknown) => void
}

interface Known {
  /** Its number in the journal. */
  readonly key: number
  readonly execution: ReportedExecution
  isEnded: boolean
  /** Whether the journal has it. */
  isWritten: boolean
}

/** A journal may grow to twice what waits, and so many bytes more, before it is written anew. */
const SLACK_BYTES = 512 * 1024

/** An outbox that is also a file. */
export class FileOutbox implements Outbox {
  readonly #options: FileOutboxOptions
  readonly #memory: MemoryOutbox
  readonly #known = new Map<string, Known>()
  #keys = 0
  /** `loading`: what comes is in the file already. `broken`: the file takes no more. */
  #phase: 'loading' | 'keeping' | 'broken' | 'closed'
  /** Bytes of the file when it was last written anew. */
  #compactSize = 0
  #hasNewGaps = false

  /** @param phase `loading` until {@link FileOutbox.commit} */
  constructor(options: FileOutboxOptions, phase: 'loading' | 'keeping' = 'keeping') {
    this.#options = options
    this.#phase = phase
    const writeGap: GapWriter = (...gap) => {
      this.#hasNewGaps = true
      return options.writeGap(...gap)
    }
    this.#memory = new MemoryOutbox(options.bounds, writeGap, options.onDrop)
  }

  get stats(): OutboxStats {
    return this.#memory.stats
  }

  get fullness(): number {
    return this.#memory.fullness
  }

  open(execution: ReportedExecution): void {
    if (this.#known.has(execution.id)) return
    this.#keys += 1
    // What somebody else began is theirs to end.
    this.#known.set(execution.id, { key: this.#keys, execution, isEnded: isContinued(execution), isWritten: false })
  }

  add(executionId: string, line: LogLine): number {
    const position = this.#memory.add(executionId, line)
    const known = this.#known.get(executionId)
    if (!known) return position
    const { key, execution, isEnded, isWritten } = known
    const record = records.line(key, position, line.json)
    known.isWritten = true
    known.isEnded ||= isEnding(line)
    this.#write(isWritten ? record : records.execution(key, execution, { first: position, isEnded }) + record)
    return position
  }

  batch(executionId: string, maxLogs: number): readonly LogLine[] {
    const lines = this.#memory.batch(executionId, maxLogs)
    this.#writeNewGaps(executionId, lines.length)
    return lines
  }

  acknowledge(executionId: string, count: number): void {
    this.#settle(executionId, count, () => this.#memory.acknowledge(executionId, count))
  }

  refuse(executionId: string, reason: string): void {
    const [first] = this.#memory.entries(executionId)
    if (first && first.dropped > 0) this.#settle(executionId, 1, () => this.#memory.refuse(executionId, reason))
    else this.#memory.refuse(executionId, reason)
    this.#writeNewGaps(executionId, 1)
  }

  giveUp(executionId: string, loss: Loss): number {
    const known = this.#known.get(executionId)
    this.#known.delete(executionId)
    if (known) this.#write(records.givenUp(known.key))
    return this.#memory.giveUp(executionId, loss)
  }

  entries(executionId: string): Iterable<Readonly<Entry>> {
    return this.#memory.entries(executionId)
  }

  waiting(executionId: string): number {
    return this.#memory.waiting(executionId)
  }

  oldest(executionId: string): number {
    return this.#memory.oldest(executionId)
  }

  /** What was loaded takes the place of what the file said before. */
  commit(): void {
    this.#phase = 'keeping'
    this.#try(() => this.#compact())
  }

  /** Leaves no file where there is nothing to keep. */
  tidy(): void {
    if (this.#phase === 'keeping' && this.stats.pending === 0) this.#try(() => this.#compact())
  }

  /** Leaves what waits to the next client, in a file of this name. Gives how many lines are in it. */
  close(path: string): number {
    const { file } = this.#options
    const phase = this.#phase
    if (phase === 'closed') return 0
    this.#phase = 'closed'
    try {
      if (this.stats.pending === 0) {
        file.remove()
        return 0
      }
      // Its program ended in order: what it did not end it left so.
      if (!file.isOpen || this.#wouldCancel()) file.replace(this.#snapshot('leave'))
      file.rename(path)
      return this.stats.pending
    } catch (error) {
      if (phase !== 'broken') this.#options.onBroken(error)
      return 0
    } finally {
      file.close()
    }
  }

  /** Whether whoever takes the file as it is would end something. */
  #wouldCancel(): boolean {
    return this.#options.header.abandoned === 'cancel' && [...this.#known.values()].some(({ isEnded }) => !isEnded)
  }

  #writeNewGaps(executionId: string, count: number): void {
    if (!this.#hasNewGaps) return
    this.#hasNewGaps = false
    const known = this.#known.get(executionId)
    if (!known) return
    for (const { position, dropped, line } of take(this.#memory.entries(executionId), count)) {
      if (dropped > 0) this.#write(records.gap(known.key, position, { dropped, json: line?.json }))
    }
  }

  /** The first lines are settled by `settle`. */
  #settle(executionId: string, count: number, settle: () => void): void {
    let position = 0
    for (const entry of take(this.#memory.entries(executionId), count)) {
      position = entry.position + Math.max(1, entry.dropped) - 1
    }
    settle()
    const known = this.#known.get(executionId)
    if (known && position > 0) this.#write(records.settled(known.key, position))
  }

  /** A file that is not there yet is made with everything that waits, this record among it. */
  #write(record: string): void {
    if (this.#phase !== 'keeping') return
    const { file } = this.#options
    this.#try(() => {
      if (file.isOpen) file.append(record)
      if (!file.isOpen || file.size > 2 * Math.max(this.#memory.bytes, this.#compactSize) + SLACK_BYTES) this.#compact()
    })
  }

  #compact(): void {
    const { file, header } = this.#options
    this.#forgetSettled()
    const refusal = file.isOpen ? undefined : this.#options.refusal()
    if (refusal !== undefined) throw new Error(refusal)
    if (this.#known.size === 0) file.remove()
    else file.replace(this.#snapshot(header.abandoned))
    this.#compactSize = file.size
  }

  #forgetSettled(): void {
    const { abandoned } = this.#options.header
    for (const [id, { isEnded }] of this.#known) {
      if (this.waiting(id) === 0 && (isEnded || abandoned === 'leave')) this.#known.delete(id)
    }
  }

  *#snapshot(abandoned: JournalHeader['abandoned']): Generator<string> {
    yield records.header({ ...this.#options.header, abandoned })
    for (const [id, known] of this.#known) {
      const { key, execution, isEnded } = known
      known.isWritten = true
      const oldest = this.oldest(id)
      yield records.execution(key, execution, { first: oldest === Infinity ? 1 : oldest, isEnded })
      for (const { position, dropped, line } of this.#memory.entries(id)) {
        yield dropped === 0 && line
          ? records.line(key, position, line.json)
          : records.gap(key, position, { dropped, json: line?.json })
      }
    }
  }

  #try(keep: () => void): void {
    try {
      keep()
    } catch (error) {
      this.#phase = 'broken'
      this.#options.file.close()
      this.#options.onBroken(error)
    }
  }
}

function* take<Value>(values: Iterable<Value>, count: number): Generator<Value> {
  let taken = 0
  for (const value of values) {
    if (taken === count) return
    taken += 1
    yield value
  }
}
