// Options enter, a client leaves: the composition root, where the reading half and the producer meet on one connection.

import { RuntailError } from '@runtail/core'
import { v7 as newId } from 'uuid'
import { Changes } from './changes.ts'
import { RunningExecution } from './execution-handle.ts'
import { toLine } from './log-line.ts'
import { newExecutionOf } from './new-execution.ts'
import { resolveOptions, type ResolvedOptions } from './options.ts'
import { MemoryOutbox, type Outbox } from './outbox.ts'
import type { Platform } from './platform.ts'
import { Producer } from './producer.ts'
import type {
  ClientOptions,
  CloseResult,
  ExecutionHandle,
  OutboxStats,
  RuntailClient,
  StartExecution,
  Watchable,
} from './types.ts'
import { Viewer } from './viewer.ts'
import { delivered, whileArriving } from './waiting.ts'

/** A server that acknowledges nothing for so long, when all that is left is to wait for it, is given up. */
const STALL_MS = 5000

/** Makes a client for these surroundings. @throws RuntailError `invalid_option` */
export function createClientOn(platform: Platform, options: ClientOptions): RuntailClient {
  return new Client(platform, resolveOptions(options))
}

class Client extends Viewer implements RuntailClient {
  readonly outbox: Watchable<OutboxStats>
  readonly #producer: Producer
  readonly #outbox: Outbox
  readonly #onError: (error: RuntailError) => void
  readonly #stopExitHook: () => void
  #closed: Promise<CloseResult> | undefined

  constructor(platform: Platform, options: ResolvedOptions) {
    super(platform, options)
    const { outbox, onError } = options
    this.#onError = onError
    const changes = new Changes(this.onAnyError)
    this.#outbox = new MemoryOutbox(outbox, gapLine, (executionId) => onError(overflow(executionId)))
    this.outbox = statsOf(this.#outbox, changes)
    this.#producer = new Producer({
      uplink: this.remote,
      outbox: this.#outbox,
      lingerMs: outbox.lingerMs,
      onError,
      onChange: () => changes.emit(),
    })
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

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(undefined, signal), options.timeoutMs)
  }

  override close(options: { readonly timeoutMs?: number } = {}): Promise<CloseResult> {
    this.#closed ??= this.#close(options.timeoutMs ?? STALL_MS)
    return this.#closed
  }

  async #close(timeoutMs: number): Promise<CloseResult> {
    this.endFollowing()
    await this.#delivered(timeoutMs)
    this.#producer.close()
    this.disconnect()
    this.#stopExitHook()
    return { unsent: this.#outbox.stats.pending }
  }

  #delivered(stallMs: number): Promise<boolean> {
    const delivery = {
      settled: (signal: AbortSignal) => this.#producer.settled(undefined, signal),
      acknowledged: () => this.#outbox.stats.acknowledged,
    }
    return whileArriving(delivery, stallMs)
  }

  /** The program has nothing left to do but to report. */
  async #flushAtExit(): Promise<void> {
    if (this.#producer.isSettled || (await this.#delivered(STALL_MS))) return
    const { unsent } = await this.close({ timeoutMs: 0 })
    this.#onError(
      new RuntailError('disconnected', {
        message: `The program ended with ${unsent} logs that the server did not acknowledge; they are lost.`,
        data: { unsent },
      }),
    )
  }
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
