// A crash of the process enters, its open executions are failed and delivered before Node goes on to end it, as it would have: same message, same exit code.

import { LIMITS, toRuntailError } from '@runtail/core'
import { Worker } from 'node:worker_threads'
import { greeting, withParams } from '../connection.ts'
import type { RunningExecution } from '../execution-handle.ts'
import type { MadeClient } from '../host.ts'
import { isContinued } from '../lane.ts'
import type { LogLine } from '../log-line.ts'
import { gapLine } from '../losses.ts'
import type { RuntailClient } from '../types.ts'
import { lastTokenOf } from './token.ts'

/** Options of `handleCrashes`. */
export interface CrashOptions {
  /** How long a crash waits for the server at most. @default 2000 */
  readonly timeoutMs?: number
}

/** What is known of a client that is not closed. */
interface Tracked extends MadeClient {
  /** Weakly, like everything that a program may forget about. */
  readonly executions: Set<WeakRef<RunningExecution>>
}

const MAX_BATCH_BYTES = 384 * 1024

/** By the client, as its program holds it. */
const tracked = new WeakMap<object, Tracked>()
const handlers = new Map<object, (error: unknown) => void>()

/**
 * From now on, when the process crashes (an exception or a rejection that nobody catches), the executions that this client has started and not
 * ended are failed with the error, and what was reported is delivered, before Node prints the error and ends the process, as it would have
 * without this: with the same message and the same exit code. That takes no longer than `timeoutMs`; meanwhile nothing else runs. Where the program catches
 * such errors itself (`process.on('uncaughtException')`), nothing happens here. Needs a global WebSocket, or the `ws` package.
 * Returns what takes it back; closing the client does too.
 */
export function handleCrashes(runtail: RuntailClient, { timeoutMs = 2000 }: CrashOptions = {}): () => void {
  const client = tracked.get(runtail)
  if (!client) return () => {}
  if (handlers.size === 0) process.on('uncaughtExceptionMonitor', onCrash)
  handlers.set(runtail, (error) => endWith(client, error, timeoutMs))
  return () => forget(runtail)
}

/** Who remembers a client. */
export interface Tracker {
  started(execution: RunningExecution): void
  closed(): void
}

/** Remembers a client and what it starts, in case that its crashes are to be handled. */
export function track(made: MadeClient): Tracker {
  const executions = new Set<WeakRef<RunningExecution>>()
  const collected = new FinalizationRegistry<WeakRef<RunningExecution>>((reference) => executions.delete(reference))
  tracked.set(made.client, { ...made, executions })
  return {
    started(execution) {
      const reference = new WeakRef(execution)
      executions.add(reference)
      collected.register(execution, reference)
    },
    closed() {
      tracked.delete(made.client)
      forget(made.client)
    },
  }
}

function forget(runtail: object): void {
  if (handlers.delete(runtail) && handlers.size === 0) process.off('uncaughtExceptionMonitor', onCrash)
}

function onCrash(error: unknown): void {
  // The program takes care of it, and lives on.
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return
  for (const handle of handlers.values()) handle(error)
}

function endWith(client: Tracked, error: unknown, timeoutMs: number): void {
  const { onError } = client.options
  try {
    for (const reference of client.executions) reference.deref()?.fail(error).catch(onError)
    const calls = callsOf(client)
    if (calls.length > 0) deliver(client, calls, timeoutMs)
  } catch (thrown) {
    // The error of the program is the one to be seen.
    onError(toRuntailError(thrown))
  }
}

/** What waits, as messages to the server, numbered from 1. What was under way is sent again: its ids make that safe. */
function callsOf({ producer, outbox }: MadeClient): readonly string[] {
  const calls: { readonly path: string; readonly inputJson: string }[] = []
  for (const { execution, created } of producer.lanes) {
    if (!created && !isContinued(execution)) {
      calls.push({ path: 'executions.create', inputJson: JSON.stringify(execution) })
    }
    const lines: LogLine[] = []
    for (const { line, dropped } of outbox.entries(execution.id)) {
      lines.push(line ?? gapLine(execution.id, dropped, 'the outbox was full'))
    }
    for (const json of batchesOf(lines)) {
      calls.push({
        path: 'logs.append',
        inputJson: `{"execution_id":${JSON.stringify(execution.id)},"logs":[${json}]}`,
      })
    }
  }
  return calls.map(
    ({ path, inputJson }, index) =>
      `{"id":${index + 1},"method":"mutation","params":{"path":"${path}","input":${inputJson}}}`,
  )
}

function batchesOf(lines: readonly LogLine[]): readonly string[] {
  const batches: string[][] = []
  let bytes = Infinity
  for (const line of lines) {
    const batch = batches.at(-1)
    bytes += line.bytes
    if (batch && batch.length < LIMITS.logsPerAppend && bytes <= MAX_BATCH_BYTES) batch.push(line.json)
    else {
      batches.push([line.json])
      bytes = line.bytes
    }
  }
  return batches.map((batch) => batch.join(','))
}

/**
 * Node ends the process when the last listener of a crash returns, so nothing here may wait but by blocking: another thread does the talking.
 * Its program is a text, for a file beside this one would be lost to whoever bundles us.
 */
const DELIVERY = `
const { workerData } = require('node:worker_threads')
const { url, greeting, calls, state } = workerData
const done = () => {
  Atomics.store(state, 0, 1)
  Atomics.notify(state, 0)
}
try {
  const socket = new (globalThis.WebSocket ?? require('ws').WebSocket)(url)
  let sent = 0
  const sendNext = () => {
    if (sent === calls.length) return done()
    socket.send(calls[sent])
    sent += 1
  }
  socket.addEventListener('open', () => {
    if (greeting !== undefined) socket.send(greeting)
    sendNext()
  })
  socket.addEventListener('message', ({ data }) => {
    if (data === 'PING') socket.send('PONG')
    else if (data !== 'PONG' && JSON.parse(data).id === sent) sendNext()
  })
  socket.addEventListener('error', done)
  socket.addEventListener('close', done)
} catch {
  done()
}
`

function deliver({ options }: MadeClient, calls: readonly string[], timeoutMs: number): void {
  const token = lastTokenOf(options.token)
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData = {
    url: token === undefined ? options.url : withParams(options.url),
    greeting: token === undefined ? undefined : greeting(token),
    calls,
    state,
  }
  // Nothing of what the program loads beforehand, such as a tracer: it would take the time that is left.
  // oxlint-disable-next-line no-restricted-properties -- all of it but that goes to the thread as it is
  const env = { ...process.env, NODE_OPTIONS: '' }
  const worker = new Worker(DELIVERY, { eval: true, workerData, execArgv: [], env, stdout: true, stderr: true })
  worker.unref()
  // NaN would be for ever.
  Atomics.wait(state, 0, 0, timeoutMs > 0 ? timeoutMs : 0)
}
