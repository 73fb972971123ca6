// Options enter, a client leaves: the composition root, where the reading half and the producer meet on one connection.

import { RuntailError, type Execution, type RuntailApi } from '@runtail/core'
import { newId } from './new-id.ts'
import { Changes } from './changes.ts'
import { waitForCompletion } from './completion.ts'
import { RunningExecution } from './execution-handle.ts'
import { toLine } from './log-line.ts'
import type { Keeper, KeeperOptions } from './keeper.ts'
import { newExecutionOf } from './new-execution.ts'
import { resolveOptions, type ResolvedOptions } from './options.ts'
import { MemoryOutbox, type Outbox } from './outbox.ts'
import type { Platform } from './platform.ts'
import { Producer } from './producer.ts'
import type {
  ClientOptions,
  CloseOptions,
  CloseResult,
  ExecutionHandle,
  OutboxStats,
  RuntailClient,
  StartExecution,
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
  return new Client(platform, resolveOptions(options))
}

class Client extends Viewer implements RuntailClient {
  readonly api: RuntailApi
  readonly outbox: Watchable<OutboxStats>
  readonly #producer: Producer
  readonly #outbox: Outbox
  readonly #keeper: Keeper | undefined
  readonly #onError: (error: RuntailError) => void
  readonly #stopExitHook: () => void
  /** What other processes left waits until there is a server to take it. */
  readonly #adopt: () => void
  #closed: Promise<CloseResult> | undefined

  constructor(platform: Platform, options: ResolvedOptions) {
    super(platform, options)
    const { outbox, onError } = options
    this.api = createApi(this.calls)
    this.#onError = onError
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
    this.#stopExitHook = platform.onExit(() => {
      this.#flushAtExit().catch(this.onAnyError)
    })
  }

  startExecution(execution: StartExecution): Promise<ExecutionHandle> {
    const created = newExecutionOf(execution, { newId, onError: this.#onError })
    const lane = this.#producer.open(created)
    const handle = new RunningExecution({ producer: this.#producer, lane, onError: this.#onError })
    handle.begin(execution.input)
    return Promise.resolve(handle)
  }

  waitForCompletion(executionId: string, options?: WaitOptions): Promise<Execution> {
    return waitForCompletion(this, executionId, options)
  }

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(undefined, signal), options.timeoutMs)
  }

  override close({ timeoutMs = STALL_MS, signal }: CloseOptions = {}): Promise<CloseResult> {
    this.#closed ??= this.#close(timeoutMs, signal)
    return this.#closed
  }

  async #close(timeoutMs: number, signal: AbortSignal | undefined): Promise<CloseResult> {
    this.endFollowing()
    await Promise.race([this.#delivered(timeoutMs), aborted(signal)])
    this.#producer.close()
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
    const fate = kept === unsent ? 'they are kept for the next start' : 'they are lost'
    this.#onError(
      new RuntailError('disconnected', {
        message: `The program ended with ${unsent} logs that the server did not acknowledge; ${fate}.`,
        data: { unsent, ...(kept > 0 ? { kept } : {}) },
      }),
    )
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

/** The line that followers see where lines are gone. */
function gapLine(executionId: string, dropped: number, reason: string): ReturnType<typeof toLine> {
  return toLine({
    execution_id: executionId,
    step_name: 'runtail',
    step_type: 'runtail.gap',
    level: 'warning',
    message: `${dropped} ${dropped === 1 ? 'log is' : 'logs are'} missing here: ${reason}`,
    output_data: { dropped },
  })
}

function overflow(executionId: string): RuntailError {
  return new RuntailError('outbox_overflow', {
    message: `The outbox is full, so the oldest logs of ${executionId} are being dropped. Is the server reachable? Else raise outbox.maxLogs and outbox.maxBytes.`,
    data: { execution_id: executionId },
  })
}
