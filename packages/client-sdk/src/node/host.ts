// A client enters, and what its process adds to it leaves: one last delivery before the process ends, what dead processes left, and an end for what a crash leaves open.

import { toRuntailError } from '@runtail/core'
import type { RunningExecution } from '../execution-handle.ts'
import type { Host, HostOptions } from '../host.ts'
import { undelivered } from '../losses.ts'
import { track, type Tracker } from './crashes.ts'

/** The process around one client. */
export class ProcessHost implements Host {
  readonly #options: HostOptions
  readonly #tracker: Tracker
  readonly #stopExitHook: () => void

  constructor(options: HostOptions) {
    this.#options = options
    this.#tracker = track(options)
    if (options.keeper) options.client.connection.subscribe(() => this.#adopt())
    this.#stopExitHook = onExit(() => {
      this.#flush().catch((error: unknown) => options.options.onError(toRuntailError(error)))
    })
  }

  get acknowledged(): number {
    return this.#options.keeper?.acknowledged ?? 0
  }

  started(execution: RunningExecution): void {
    this.#tracker.started(execution)
  }

  async settled(): Promise<void> {
    this.#adopt()
    await this.#options.keeper?.idle()
  }

  close(): number {
    this.#tracker.closed()
    this.#stopExitHook()
    return this.#options.keeper?.close() ?? 0
  }

  /** What other processes left waits until there is a server to take it. */
  #adopt(): void {
    const { client, keeper, producerFor } = this.#options
    if (client.connection.status === 'connected') keeper?.adopt(producerFor)
  }

  /** The program has nothing left to do but to report. */
  async #flush(): Promise<void> {
    const { client, keeper, producer, delivered, options } = this.#options
    const isSettled = producer.isSettled && (keeper?.isIdle ?? true)
    if (isSettled || (await delivered())) return keeper?.tidy()
    const { unsent, kept } = await client.close({ timeoutMs: 0 })
    if (unsent > 0) options.onError(undelivered(unsent, kept))
  }
}

const flushes = new Set<() => void>()

/** One listener for all clients of the process. */
function onExit(flush: () => void): () => void {
  if (flushes.size === 0) process.on('beforeExit', flushAll)
  flushes.add(flush)
  return () => {
    flushes.delete(flush)
    if (flushes.size === 0) process.off('beforeExit', flushAll)
  }
}

function flushAll(): void {
  for (const flush of flushes) flush()
}
