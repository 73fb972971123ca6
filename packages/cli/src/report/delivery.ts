// An execution to report enters, its handle leaves; in the end what could not be sent is said, and nobody waits for a server that was never there.

import type { ExecutionHandle, RuntailClient, StartExecution } from '@runtail/client-sdk'
import type { RuntailError } from '@runtail/core'
import { join } from 'node:path'
import type { Io } from '../command.ts'
import { clientOf, connects, type Target } from '../target.ts'
import { executionPage } from '../url.ts'

/** What is reported, where to, and how. */
export interface DeliveryOptions {
  readonly target: Target
  readonly execution: StartExecution
  /** Says nothing but what went wrong. */
  readonly quiet: boolean
  /** Milliseconds to wait in the end for a server that takes nothing. */
  readonly flushTimeoutMs: number
  /** Where lines are kept that no server takes; undefined for nowhere. */
  readonly stateFolder: string | undefined
}

/** Large, since the command is not to wait for a server that is away. */
const OUTBOX = { maxLogs: 1_000_000, maxBytes: 512 * 1024 * 1024 }

/** One execution reported on its own connection. */
export class Delivery {
  readonly client: RuntailClient
  readonly execution: ExecutionHandle
  readonly #options: DeliveryOptions
  readonly #stderr: Io['stderr']
  #everConnected = false

  private constructor(
    client: RuntailClient,
    execution: ExecutionHandle,
    options: DeliveryOptions & { readonly io: Io },
  ) {
    this.client = client
    this.execution = execution
    this.#options = options
    this.#stderr = options.io.stderr
    client.connection.subscribe(() => {
      this.#everConnected ||= client.connection.status === 'connected'
    })
  }

  /** Begins; resolves at once, whether the server is there or not. */
  static async start(options: DeliveryOptions, io: Io): Promise<Delivery> {
    const told = new Set<string>()
    const onError = (error: RuntailError): void => {
      // What is left when we close is counted and said there. The same trouble comes once for every batch.
      if (error.code === 'closed' || told.has(error.code)) return
      told.add(error.code)
      io.stderr.write(`runtail: ${error.message}\n`)
    }
    const { stateFolder } = options
    const kept =
      stateFolder === undefined ? {} : ({ folder: join(stateFolder, 'outbox'), abandoned: 'cancel' } as const)
    const client = clientOf(options.target, { outbox: { ...OUTBOX, ...kept }, onError })
    const execution = await client.startExecution(options.execution)
    if (!options.quiet) io.stderr.write(`runtail: ${executionPage(options.target.url, execution.id)}\n`)
    return new Delivery(client, execution, { ...options, io })
  }

  /** Delivers what waits as long as that makes sense, or until `hurry` resolves; then says what could not be sent. */
  async close(hurry: Promise<unknown>): Promise<void> {
    const { client } = this
    const { flushTimeoutMs, target } = this.#options
    const over = new AbortController()
    const delivered = this.#isReachable().then((reachable) =>
      client.close({ timeoutMs: reachable ? flushTimeoutMs : 0, signal: over.signal }),
    )
    await Promise.race([delivered, hurry])
    over.abort()
    const { unsent, kept } = await client.close({ timeoutMs: 0 })
    const lost = unsent - kept + client.outbox.getSnapshot().dropped
    if (kept > 0) this.#say(`${count(kept)} kept, and will be sent to ${target.url} by the next runtail run`)
    if (lost > 0) this.#say(`${lost.toLocaleString('en')} lines could not be sent to ${target.url}`)
  }

  #say(text: string): void {
    this.#stderr.write(`runtail: ${text}\n`)
  }

  /** A server that was there may come back; one that never was gets one more try. */
  async #isReachable(): Promise<boolean> {
    const { connection } = this.client
    if (this.#everConnected || connection.status === 'connected') return true
    this.client.reconnect()
    return await connects(connection)
  }
}

function count(lines: number): string {
  return lines === 1 ? '1 line is' : `${lines.toLocaleString('en')} lines are`
}
