// Options enter, a client leaves: the composition root, where the reading half and the producer meet on one connection.

import { RuntailError, type Execution, type RuntailApi } from '@runtail/core'
import { newId } from './new-id.ts'
import { Changes } from './changes.ts'
import { noContext, nowhere, type Context } from './context.ts'
import { waitForCompletion } from './completion.ts'
import { RunningExecution } from './execution-handle.ts'
import type { Keeper, KeeperOptions } from './keeper.ts'
import { gapLine, overflow, undelivered, unwritten } from './losses.ts'
import { newExecutionOf, toExecutionId } from './new-execution.ts'
import { resolveOptions, type ResolvedOptions } from './options.ts'
import { MemoryOutbox, type Outbox, type ReportedExecution } from './outbox.ts'
import type { Platform, Tracker } from './platform.ts'
import { Producer } from './producer.ts'
import { createRedactor, type Redactor } from './redact.ts'
import type { Frame, StepArguments, Work } from './reporter.ts'
import type {
  AckFields,
  ClientOptions,
  CloseOptions,
  CloseResult,
  ContinueExecution,
  ExecutionHandle,
  LogFields,
  OutboxStats,
  Reporter,
  Reporting,
  RuntailClient,
  StartExecution,
  StepOptions,
  WaitOptions,
  Watchable,
} from './types.ts'
import { Viewer } from './viewer.ts'
import { delivered, whileArriving } from './waiting.ts'
import { createApi } from './wire.ts'

/** A server that acknowledges nothing for so long, when all that is left is to wait for it, is given up. */
const STALL_MS = 5000

/** Makes a client for these surroundings. @throws RuntailError `invalid_option` */
export function createClientOn(platform: Platform, options: ClientOptions): RuntailClient {
  return new Client(platform, resolveOptions(options), createRedactor(options.redact))
}

class Client extends Viewer implements RuntailClient {
  readonly api: RuntailApi
  readonly outbox: Watchable<OutboxStats>
  readonly #producer: Producer
  readonly #outbox: Outbox
  readonly #keeper: Keeper | undefined
  readonly #onError: (error: RuntailError) => void
  readonly #redactor: Redactor | undefined
  readonly #context: Context
  readonly #nowhere: Reporting
  readonly #tracker: Tracker | undefined
  readonly #stopExitHook: () => void
  /** What other processes left waits until there is a server to take it. */
  readonly #adopt: () => void
  #closed: Promise<CloseResult> | undefined

  constructor(platform: Platform, options: ResolvedOptions, redactor: Redactor | undefined) {
    super(platform, options)
    const { outbox, onError } = options
    this.api = createApi(this.calls)
    this.#onError = onError
    this.#redactor = redactor
    this.#context = platform.newContext?.() ?? noContext
    this.#nowhere = nowhere(onError)
    const changes = new Changes(this.onAnyError)
    const onDrop = (executionId: string): void => onError(overflow(executionId))
    this.#keeper = keeperOf(platform, options, { writeGap: gapLine, onDrop })
    this.#outbox = this.#keeper?.outbox ?? new MemoryOutbox(outbox, gapLine, onDrop)
    this.outbox = statsOf(this.#outbox, changes)
    const { lingerMs, blockAt } = outbox
    const common = { uplink: this.remote, lingerMs, blockAt, onError }
    this.#producer = new Producer({ ...common, outbox: this.#outbox, onChange: () => changes.emit() })
    this.#adopt = () => {
      if (this.connection.status !== 'connected') return
      this.#keeper?.adopt((left) => new Producer({ ...common, outbox: left, onChange: () => {} }))
    }
    if (this.#keeper) this.connection.subscribe(this.#adopt)
    this.#tracker = platform.track?.({ client: this, options, producer: this.#producer, outbox: this.#outbox })
    this.#stopExitHook = platform.onExit(() => {
      this.#flushAtExit().catch(this.onAnyError)
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

  waitForCompletion(executionId: string, options?: WaitOptions): Promise<Execution> {
    return waitForCompletion(this, executionId, options)
  }

  get current(): Reporter | undefined {
    return this.#context.current()
  }

  log(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.log(message, fields as AckFields)
  }

  debug(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.debug(message, fields as AckFields)
  }

  info(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.info(message, fields as AckFields)
  }

  warning(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.warning(message, fields as AckFields)
  }

  error(problem: unknown, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.error(problem, fields as AckFields)
  }

  progress(percent: number, message?: string): void {
    this.#here.progress(percent, message)
  }

  step<Result>(name: string, ...rest: StepArguments<Result>): Promise<Result> {
    return this.#here.step(name, ...(rest as [StepOptions, Work<Result>]))
  }

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(undefined, signal), options.timeoutMs)
  }

  override close({ timeoutMs = STALL_MS, signal }: CloseOptions = {}): Promise<CloseResult> {
    this.#closed ??= this.#close(timeoutMs, signal)
    return this.#closed
  }

  get #here(): Reporting {
    return this.#context.current() ?? this.#nowhere
  }

  #start(start: StartExecution): RunningExecution {
    const created = newExecutionOf(start, { newId, onError: this.#onError })
    const execution = this.#handle(created, { step_name: created.workflow_id, step_type: 'workflow' })
    execution.begin(start.input)
    this.#tracker?.started(execution)
    return execution
  }

  #handle(reported: ReportedExecution, root: Frame): RunningExecution {
    const { within } = this.#context
    const failed = (cause: unknown): void => this.#onError(unwritten(cause))
    const lane = this.#producer.open(reported)
    return new RunningExecution({ producer: this.#producer, lane, root, redactor: this.#redactor, within, failed })
  }

  async #close(timeoutMs: number, signal: AbortSignal | undefined): Promise<CloseResult> {
    this.endFollowing()
    await Promise.race([this.#delivered(timeoutMs), aborted(signal)])
    this.#producer.close()
    this.#tracker?.closed()
    const kept = this.#keeper?.close() ?? 0
    this.disconnect()
    this.#stopExitHook()
    return { unsent: this.#outbox.stats.pending, kept }
  }

  #delivered(stallMs: number): Promise<boolean> {
    const delivery = {
      settled: async (signal: AbortSignal) => {
        await this.#producer.settled(undefined, signal)
        this.#adopt()
        await this.#keeper?.idle()
      },
      acknowledged: () => this.#outbox.stats.acknowledged + (this.#keeper?.acknowledged ?? 0),
    }
    return whileArriving(delivery, stallMs)
  }

  /** The program has nothing left to do but to report. */
  async #flushAtExit(): Promise<void> {
    const isSettled = this.#producer.isSettled && (this.#keeper?.isIdle ?? true)
    if (isSettled || (await this.#delivered(STALL_MS))) return this.#keeper?.tidy()
    const { unsent, kept } = await this.close({ timeoutMs: 0 })
    if (unsent === 0) return
    this.#onError(undelivered(unsent, kept))
  }
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve()
    signal?.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** @throws RuntailError `invalid_option` where nothing can be kept */
function keeperOf(
  platform: Platform,
  { url, outbox, onError }: ResolvedOptions,
  gaps: Pick<KeeperOptions, 'writeGap' | 'onDrop'>,
): Keeper | undefined {
  const { folder } = outbox
  if (folder === undefined) return undefined
  if (platform.keep) return platform.keep({ url, folder, outbox, onError, ...gaps })
  throw new RuntailError('invalid_option', {
    message: 'Option outbox.folder needs Node: there are no files here.',
    data: { option: 'outbox.folder' },
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
    subscribe: (listener) => changes.subscribe(listener),
  }
}
