// Batches of logs enter, written rows leave, within the caller's transaction: a new log has the next seq of its execution, a known id is dropped, executions are folded; invariants 1 and 3.

import { foldNext, RuntailError, type Execution, type NewExecutionLog } from '@runtail/core'
import { LogBlock } from '../block.ts'
import { LOGS_PER_CHUNK } from './migrations/0003-narrow-keys.ts'
import { checksumsOf } from './checksum.ts'
import type { KnownExecution, RecentExecutions } from './sqlite-recent.ts'
import { countValues, executionOf, ordinalOf, stateValues } from './sqlite-rows.ts'
import type { Statements } from './sqlite-statements.ts'
import { notFound, type AppendBatch, type AppendOutcome } from './store.ts'

/** An execution that a transaction appends to. */
interface Target {
  readonly ordinal: number
  readonly before: Execution
  execution: Execution
  chunk: number
}

/** One transaction's appends. */
export class Append {
  readonly #statements: Statements
  readonly #recent: RecentExecutions
  readonly #targets = new Map<string, Target>()
  readonly #path: string
  /** The ordinal of the newest log of all executions. */
  #lastLog = 0

  /** @param path of the database, for errors. */
  constructor(statements: Statements, recent: RecentExecutions, path: string) {
    this.#statements = statements
    this.#recent = recent
    this.#path = path
  }

  /** Within a transaction that may write. @throws RuntailError `store_corrupt` */
  write(batches: readonly AppendBatch[]): AppendOutcome[] {
    this.#recent.begin()
    this.#lastLog = Number(this.#statements.lastLog.get()?.[0])
    const outcomes = batches.map((batch) => this.#add(batch))
    this.#finish()
    return outcomes
  }

  /** After its commit. */
  committed(): void {
    for (const target of this.#targets.values()) this.#recent.keep(target)
  }

  /** Writes the logs of a batch. */
  #add({ execution_id: id, logs }: AppendBatch): AppendOutcome {
    const target = this.#target(id)
    if (!target) return { ok: false, error: notFound(id) }
    const from = target.execution.head_seq + 1
    const { insertLog } = this.#statements
    const checksum = checksumsOf(id)
    const accepted: NewExecutionLog[] = []
    const lines: string[] = []
    for (const log of logs) {
      const seq = from + lines.length
      const line = JSON.stringify({ ...log, seq })
      const ordinal = this.#lastLog + 1 + lines.length
      const { changes } = insertLog.run(ordinal, target.ordinal, seq, log.id, line, checksum(seq, line))
      // The unique index has told: asking before inserting took a fifth longer.
      if (changes === 0) continue
      accepted.push(log)
      lines.push(line)
    }
    const result = { head: from + lines.length - 1, accepted: lines.length, duplicates: logs.length - lines.length }
    if (lines.length === 0) return { ok: true, result }
    this.#addRun(target, from, lines.length)
    target.execution = foldNext(target.execution, accepted)
    return { ok: true, result, block: new LogBlock(from, lines) }
  }

  /** Writes the executions that have grown. */
  #finish(): void {
    const grown = [...this.#targets.values()].filter(({ before, execution }) => execution !== before)
    if (grown.length === 0) return
    const { nextRevision, setLastLog, updateCounts, updateState } = this.#statements
    setLastLog.run(this.#lastLog)
    let revision = Number(nextRevision.get(grown.length)?.[0]) - grown.length
    for (const { ordinal, before, execution } of grown) {
      revision += 1
      updateCounts.run(...countValues(execution, revision), ordinal)
      const state = stateValues(execution)
      if (!isSame(state, stateValues(before))) updateState.run(...state, ordinal)
    }
  }

  #target(id: string): Target | undefined {
    const known = this.#targets.get(id)
    if (known) return known
    const found = this.#recent.get(id) ?? this.#read(id)
    if (!found) return undefined
    const target = { ...found, before: found.execution }
    this.#targets.set(id, target)
    return target
  }

  #read(id: string): KnownExecution | undefined {
    const row = this.#statements.executionToAppend.get(id)
    if (!row) return undefined
    const execution = executionOf(row)
    const [chunk, lastSeq] = row.slice(-2)
    // No index forbids a seq that is there already.
    if (Number(lastSeq ?? 0) > execution.head_seq) throw wrongHead(this.#path, execution, Number(lastSeq))
    return { ordinal: ordinalOf(row), execution, chunk: Number(chunk ?? -1) }
  }

  /** The logs that were written last are this execution's, side by side. */
  #addRun(target: Target, firstSeq: number, count: number): void {
    const { insertRun, insertSpan } = this.#statements
    const firstLog = this.#lastLog + 1
    const chunk = Math.floor(firstLog / LOGS_PER_CHUNK)
    insertRun.run(chunk, target.ordinal, firstSeq, firstLog, count)
    if (chunk !== target.chunk) insertSpan.run(target.ordinal, firstSeq, chunk)
    target.chunk = chunk
    this.#lastLog += count
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.every((value, index) => value === other[index])
}

function wrongHead(path: string, { id, head_seq: head }: Execution, lastSeq: number): RuntailError {
  return new RuntailError('store_corrupt', {
    message: `Database ${path} is damaged: execution ${id} has logs up to ${lastSeq}, and its head says ${head}. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.`,
    data: { path, execution_id: id },
  })
}
