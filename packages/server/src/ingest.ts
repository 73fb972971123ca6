// Validated logs of many producers enter, one transaction for all that came together leaves, then acks and hints; invariants 2 and 7.

import {
  RuntailError,
  toRuntailError,
  type AppendResult,
  type Execution,
  type NewExecution,
  type NewExecutionLog,
} from '@runtail/core'
import { v7 as newId } from 'uuid'
import { LogBlock } from './block.ts'
import type { Bus, Hint } from './bus/bus.ts'
import { systemClock, type Clock } from './clock.ts'
import { admittedSize } from './log-size.ts'
import type { AppendBatch, AppendOutcome, Store } from './store/store.ts'

/** What {@link Ingest} is made from. */
export interface IngestOptions {
  readonly store: Store
  readonly bus: Bus
  /** @default the machine's clock */
  readonly clock?: Clock
  /** Makes ids of executions that come without one. @default UUID v7 */
  readonly newId?: () => string
  /** Logs of one transaction, which holds up everything else; a longer call still goes in one piece. @default 2000 */
  readonly maxLogsPerTransaction?: number
  /** About how many bytes of logs go into one transaction; a larger call still goes in one piece. @default 4194304 */
  readonly maxBytesPerTransaction?: number
  /** About how many bytes of logs may wait for the store; beyond them calls are refused as `overloaded`. @default 67108864 */
  readonly maxWaitingBytes?: number
}

interface Waiting {
  readonly batch: AppendBatch
  readonly size: number
  readonly settle: PromiseWithResolvers<AppendResult>
}

const DEFAULTS = {
  clock: systemClock,
  newId: () => newId(),
  maxLogsPerTransaction: 2000,
  maxBytesPerTransaction: 4 * 1024 * 1024,
  maxWaitingBytes: 64 * 1024 * 1024,
}

/** Groups appends into transactions and acknowledges them after the commit. */
export class Ingest {
  readonly #options: Required<IngestOptions>
  #queue: Waiting[] = []
  #waitingSize = 0
  #phase: 'open' | 'closed' = 'open'
  /** The commits that go on until nothing waits. */
  #committing: Promise<void> | undefined

  constructor(options: IngestOptions) {
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Makes an execution, or gives the one that has this id already. @throws RuntailError `conflict`, `store_unavailable`, `closed` */
  async create(execution: NewExecution): Promise<Execution> {
    this.#assertOpen()
    const { store, bus, clock, newId: makeId } = this.#options
    const created = await store.create({
      ...execution,
      id: execution.id ?? makeId(),
      created_at: execution.created_at ?? new Date(clock.now()).toISOString(),
    })
    bus.publish([{ execution_id: created.id, head: created.head_seq }])
    return created
  }

  /**
   * Stores logs of one execution; resolves when they are durable. Calls for an execution keep their order.
   * @throws RuntailError `invalid_input`, `not_found`, `overloaded`, `store_unavailable`, `closed`
   */
  async append(executionId: string, logs: readonly NewExecutionLog[]): Promise<AppendResult> {
    this.#assertOpen()
    const size = logs.reduce((sum, log, index) => sum + admittedSize(ownLog(executionId, log, index), index), 0)
    if (this.#waitingSize > 0 && this.#waitingSize + size > this.#options.maxWaitingBytes) {
      throw new RuntailError('overloaded', {
        message: 'More logs wait for the store than the server keeps in memory. Send the same batch again later.',
      })
    }
    const settle = Promise.withResolvers<AppendResult>()
    this.#queue.push({ batch: { execution_id: executionId, logs }, size, settle })
    this.#waitingSize += size
    this.#committing ??= this.#commitAll()
    return await settle.promise
  }

  /** Stores what waits, then refuses everything. */
  async close(): Promise<void> {
    this.#phase = 'closed'
    await this.#committing
  }

  async #commitAll(): Promise<void> {
    while (this.#queue.length > 0) {
      // What else has arrived by then shares the commit.
      await new Promise<void>((resolve) => this.#options.clock.soon(resolve))
      const group = this.#queue.splice(0, groupLength(this.#queue, this.#options))
      await this.#commit(group)
      for (const { size } of group) this.#waitingSize -= size
    }
    this.#committing = undefined
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const { store, bus } = this.#options
    try {
      const outcomes = await store.append(group.map(({ batch }) => batch))
      bus.publish(hintsOf(group, outcomes))
      group.forEach(({ settle }, index) => settleWith(settle, outcomes[index]))
    } catch (error) {
      const failure = toRuntailError(error)
      if (group.length > 1 && failure.code !== 'store_unavailable') return await this.#commitEach(group)
      for (const { settle } of group) settle.reject(failure)
    }
  }

  /** What one execution suffers from, such as a damaged page of the database, is not the fault of those that shared its transaction. */
  async #commitEach(group: readonly Waiting[]): Promise<void> {
    for (const call of group) await this.#commit([call])
  }

  #assertOpen(): void {
    if (this.#phase === 'open') return
    throw new RuntailError('closed', {
      message: 'The server stops and takes no logs. Send them again when it is back.',
    })
  }
}

/** How many of the calls that wait share the next transaction: as many as fit, and at least one. Pure. */
export function groupLength(
  waiting: Iterable<{ readonly batch: AppendBatch; readonly size: number }>,
  limits: { readonly maxLogsPerTransaction: number; readonly maxBytesPerTransaction: number },
): number {
  let calls = 0
  let logs = 0
  let bytes = 0
  for (const { batch, size } of waiting) {
    logs += batch.logs.length
    bytes += size
    if (calls > 0 && (logs > limits.maxLogsPerTransaction || bytes > limits.maxBytesPerTransaction)) break
    calls += 1
  }
  return calls
}

function ownLog(executionId: string, log: NewExecutionLog, index: number): NewExecutionLog {
  if (log.execution_id === executionId) return log
  throw new RuntailError('invalid_input', {
    message: `Log ${index} of the batch names execution ${log.execution_id}, the call ${executionId}. One call is for one execution.`,
    data: { index, execution_id: log.execution_id },
  })
}

/** One hint for each execution that has grown, with its newest head and all that was accepted. */
function hintsOf(group: readonly Waiting[], outcomes: readonly AppendOutcome[]): Hint[] {
  const grown = new Map<string, { head: number; blocks: (LogBlock | undefined)[] }>()
  outcomes.forEach((outcome, index) => {
    const id = group[index]?.batch.execution_id
    if (id === undefined || !outcome.ok || outcome.result.accepted === 0) return
    const { head } = outcome.result
    const known = grown.get(id)
    if (!known) return void grown.set(id, { head, blocks: [outcome.block] })
    known.head = head
    known.blocks.push(outcome.block)
  })
  return Array.from(grown, ([id, { head, blocks }]) => {
    const block = joined(blocks)
    return { execution_id: id, head, ...(block && { block }) }
  })
}

/** One block of neighbours, as those of one transaction are; none where one of them is absent. */
function joined(blocks: readonly (LogBlock | undefined)[]): LogBlock | undefined {
  const [first] = blocks
  if (!first || blocks.length === 1) return first
  if (!blocks.every((block) => block !== undefined)) return undefined
  return new LogBlock(
    first.from,
    blocks.flatMap(({ lines }) => lines),
  )
}

function settleWith(settle: PromiseWithResolvers<AppendResult>, outcome: AppendOutcome | undefined): void {
  if (outcome?.ok) settle.resolve(outcome.result)
  else settle.reject(outcome?.error ?? new RuntailError('internal', { message: 'The store gave no outcome.' }))
}
