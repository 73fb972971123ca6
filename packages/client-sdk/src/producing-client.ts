// A session enters, the producing half of a client leaves: executions, their handles and the outbox, in whatever process it lives.

import type { RuntailError } from '@runtail/core'
import { Changes } from './changes.ts'
import { RunningExecution } from './execution-handle.ts'
import type { Host } from './host.ts'
import { gapLine, overflow, unwritten } from './losses.ts'
import { newId } from './new-id.ts'
import { newExecutionOf, toExecutionId } from './new-execution.ts'
import { invalidOption, type ResolvedOptions } from './options.ts'
import { MemoryOutbox, type Outbox, type ReportedExecution } from './outbox.ts'
import type { Platform } from './platform.ts'
import { Producer } from './producer.ts'
import type { Redactor } from './redact.ts'
import type { Frame, Sink } from './reporter.ts'
import type { Session } from './session.ts'
import type {
  CloseOptions,
  CloseResult,
  Connection,
  ContinueExecution,
  ExecutionHandle,
  OutboxStats,
  StartExecution,
  Watchable,
} from './types.ts'
import { uplinkOver } from './uplink.ts'
import { delivered, STALL_MS, whileArriving } from './waiting.ts'

/** What {@link ProducingClient} is made from, beside its session. */
export interface ProducingOptions {
  readonly platform: Platform
  readonly options: ResolvedOptions
  readonly redactor: Redactor | undefined
  readonly within: Sink['within']
}

/** The producing half of a client, whole by itself. */
export class ProducingClient {
  readonly connection: Connection
  readonly outbox: Watchable<OutboxStats>
  readonly #session: Session
  readonly #producer: Producer
  readonly #outbox: Outbox
  readonly #host: Host | undefined
  readonly #onError: (error: RuntailError) => void
  readonly #redactor: Redactor | undefined
  readonly #within: Sink['within']
  #closed: Promise<CloseResult> | undefined

  /** @throws RuntailError `invalid_option` */
  constructor(session: Session, { platform, options, redactor, within }: ProducingOptions) {
    const { url, onError } = options
    const { folder, lingerMs, blockAt } = options.outbox
    if (folder !== undefined && !platform.keep)
      throw invalidOption('outbox.folder', 'needs Node: there are no files here')
    this.#session = session
    this.connection = session.connection
    this.#onError = onError
    this.#redactor = redactor
    this.#within = within
    const changes = new Changes(session.onAnyError)
    const onDrop = (executionId: string): void => onError(overflow(executionId))
    const keeper =
      folder === undefined
        ? undefined
        : platform.keep?.({ url, folder, outbox: options.outbox, onError, writeGap: gapLine, onDrop })
    const outbox = keeper?.outbox ?? new MemoryOutbox(options.outbox, gapLine, onDrop)
    this.#outbox = outbox
    this.outbox = statsOf(outbox, changes)
    const sending = { uplink: uplinkOver(session.calls), lingerMs, blockAt, onError }
    this.#producer = new Producer({ ...sending, outbox, onChange: () => changes.emit() })
    this.#host = platform.host?.({
      client: this,
      options,
      keeper,
      producer: this.#producer,
      outbox,
      producerFor: (left) => new Producer({ ...sending, outbox: left, onChange: () => {} }),
      delivered: () => this.#delivered(STALL_MS),
    })
  }

  startExecution(start: StartExecution): Promise<ExecutionHandle> {
    return Promise.resolve(this.#start(start))
  }

  execute<Result>(
    start: StartExecution,
    work: (execution: ExecutionHandle) => Result | Promise<Result>,
  ): Promise<Result> {
    return this.#start(start).execute(work)
  }

  execution(id: string, place: ContinueExecution = {}): ExecutionHandle {
    const { step_name = 'execution', parent_step_id } = place
    const root = { step_name, step_type: 'workflow', ...(parent_step_id === undefined ? {} : { parent_step_id }) }
    return this.#handle({ id: toExecutionId(id, this.#onError) }, root)
  }

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(undefined, signal), options.timeoutMs)
  }

  reconnect(): void {
    this.#session.connection.reconnect()
  }

  close({ timeoutMs = STALL_MS, signal }: CloseOptions = {}): Promise<CloseResult> {
    this.#closed ??= this.#close(timeoutMs, signal)
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #start(start: StartExecution): RunningExecution {
    const created = newExecutionOf(start, { newId, onError: this.#onError })
    const execution = this.#handle(created, { step_name: created.workflow_id, step_type: 'workflow' })
    execution.begin(start.input)
    this.#host?.started(execution)
    return execution
  }

  #handle(reported: ReportedExecution, root: Frame): RunningExecution {
    return new RunningExecution({
      producer: this.#producer,
      lane: this.#producer.open(reported),
      root,
      redactor: this.#redactor,
      within: this.#within,
      failed: (cause) => this.#onError(unwritten(cause)),
    })
  }

  async #close(timeoutMs: number, signal: AbortSignal | undefined): Promise<CloseResult> {
    await Promise.race([this.#delivered(timeoutMs), aborted(signal)])
    this.#producer.close()
    const kept = this.#host?.close() ?? 0
    this.#session.close()
    return { unsent: this.#outbox.stats.pending, kept }
  }

  /** What other processes left included, where there is a place for it. */
  #delivered(stallMs: number): Promise<boolean> {
    const delivery = {
      settled: async (signal: AbortSignal) => {
        await this.#producer.settled(undefined, signal)
        await this.#host?.settled()
      },
      acknowledged: () => this.#outbox.stats.acknowledged + (this.#host?.acknowledged ?? 0),
    }
    return whileArriving(delivery, stallMs)
  }
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}

function statsOf(outbox: Outbox, changes: Changes): Watchable<OutboxStats> {
  let shown = outbox.stats
  return {
    getSnapshot() {
      const { pending, acknowledged, dropped } = outbox.stats
      const isSame = pending === shown.pending && acknowledged === shown.acknowledged && dropped === shown.dropped
      if (!isSame) shown = { pending, acknowledged, dropped }
      return shown
    },
    subscribe: changes.subscribe,
  }
}
