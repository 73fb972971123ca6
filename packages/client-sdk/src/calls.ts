// Calls enter, answers and events leave, over whatever connection there is: tRPC's protocol for WebSockets, one message per call.

import { RuntailError } from '@runtail/core'
import { errorOfShape, type ErrorShape } from './call-error.ts'
import type { ConnectionRunner, ConnectionUser } from './connection.ts'
import { holdProcess, startTimer } from './timers.ts'

/** What is asked of the server. */
export interface CallRequest {
  readonly type: 'query' | 'mutation' | 'subscription'
  /** Such as `logs.append`. */
  readonly path: string
  /** JSON text; written once, however often it is sent. */
  readonly inputJson: string | undefined
  /** `bounded` fails when there is no answer in time, connected or not; `patient` waits for a connection however long, and for an answer from then on. */
  readonly waiting: 'bounded' | 'patient'
}

/** What the server says to one call. */
export type CallResult =
  | { readonly type: 'started' }
  | { readonly type: 'data'; readonly data: unknown; readonly id?: string }

/** Who called. After `error` or `complete` nothing comes any more. */
export interface CallObserver {
  next(result: CallResult): void
  /** `answer` is what the server sent, where it was the server. */
  error(error: RuntailError, answer?: { readonly error: ErrorShape }): void
  complete(): void
}

interface Call {
  readonly id: number
  readonly request: CallRequest
  readonly observer: CallObserver
  phase: 'unsent' | 'sent'
  stopTimer: () => void
}

/** A message of the server, as far as we read it. */
interface Incoming {
  readonly id?: unknown
  readonly method?: unknown
  readonly error?: ErrorShape
  readonly result?: { readonly type?: unknown; readonly id?: unknown; readonly data?: unknown }
}

/** Milliseconds until an answer must be there. */
const CALL_TIMEOUT_MS = 10_000

/**
 * The calls under way. When the connection is lost, queries are asked again, for they change nothing; mutations and subscriptions fail with
 * `disconnected`: whoever made them knows whether, and from where, to go on.
 */
export class Calls implements ConnectionUser {
  readonly #connection: ConnectionRunner
  readonly #calls = new Map<number, Call>()
  #lastId = 0
  #closed: RuntailError | undefined
  #releaseProcess: (() => void) | undefined

  constructor(connection: ConnectionRunner) {
    this.#connection = connection
    connection.attach(this)
  }

  /** How many wait for something. */
  get size(): number {
    return this.#calls.size
  }

  /** Returns what cancels it; then the observer hears nothing any more. */
  start(request: CallRequest, observer: CallObserver): () => void {
    if (this.#closed) {
      observer.error(this.#closed)
      return () => {}
    }
    this.#lastId += 1
    const call: Call = { id: this.#lastId, request, observer, phase: 'unsent', stopTimer: () => {} }
    this.#calls.set(call.id, call)
    if (request.type !== 'subscription' && request.waiting === 'bounded') this.#limit(call)
    if (this.#connection.isUp) this.#send(call)
    else this.#connection.need()
    this.#holdOrRelease()
    return () => this.#cancel(call)
  }

  /** A mutation as a promise, with its input already written. */
  mutate(path: string, inputJson: string): Promise<unknown> {
    return this.#ask({ type: 'mutation', path, inputJson, waiting: 'patient' })
  }

  /** A query, likewise. */
  query(path: string, inputJson: string): Promise<unknown> {
    return this.#ask({ type: 'query', path, inputJson, waiting: 'bounded' })
  }

  /** Fails everything that is under way, and whatever comes after. */
  close(error: RuntailError): void {
    this.#closed = error
    for (const call of this.#all()) this.#fail(call, error)
  }

  opened(): void {
    for (const call of this.#all()) if (call.phase === 'unsent') this.#send(call)
  }

  lost(error: RuntailError): void {
    for (const call of this.#all()) {
      if (call.phase === 'unsent') continue
      if (call.request.type === 'query') call.phase = 'unsent'
      else this.#fail(call, error)
    }
  }

  failing(error: RuntailError): void {
    for (const call of this.#all()) {
      if (call.phase === 'unsent' && call.request.type !== 'subscription' && call.request.waiting === 'bounded') {
        this.#fail(call, error)
      }
    }
  }

  message(text: string): void {
    const incoming = parse(text)
    if (!incoming) {
      const message = 'The server sent something that is not JSON. Is this the address of a Runtail server?'
      return this.#connection.drop(new RuntailError('disconnected', { message }))
    }
    if (incoming.method === 'reconnect') return this.#connection.handOver()
    const call = typeof incoming.id === 'number' ? this.#calls.get(incoming.id) : undefined
    if (!call) return
    if (incoming.error) this.#failed(call, { error: incoming.error })
    else this.#answered(call, incoming.result)
  }

  #ask(request: CallRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.start(request, {
        next: (result) => resolve(result.type === 'data' ? result.data : undefined),
        error: reject,
        complete: () => {},
      })
    })
  }

  /** Not the map itself: whoever hears of a failure may call again at once. */
  #all(): readonly Call[] {
    return Array.from(this.#calls.values())
  }

  #answered(call: Call, result: Incoming['result']): void {
    if (result?.type === 'started') return call.observer.next({ type: 'started' })
    if (result?.type === 'stopped') {
      this.#forget(call)
      return call.observer.complete()
    }
    const { id } = result ?? {}
    const isLast = call.request.type !== 'subscription'
    if (isLast) this.#forget(call)
    call.observer.next({ type: 'data', data: result?.data, ...(typeof id === 'string' ? { id } : {}) })
    if (isLast) call.observer.complete()
  }

  #failed(call: Call, answer: { readonly error: ErrorShape }): void {
    const error = errorOfShape(answer.error)
    this.#forget(call)
    call.observer.error(error, answer)
    // Nothing will be answered on this connection: better a new one, for which the token is asked for again.
    if (error.code === 'unauthorized') this.#connection.drop(error)
  }

  #send(call: Call): void {
    const { type, path, inputJson, waiting } = call.request
    call.phase = 'sent'
    const input = inputJson === undefined ? '' : `,"input":${inputJson}`
    this.#connection.send(`{"id":${call.id},"method":"${type}","params":{"path":${JSON.stringify(path)}${input}}}`)
    if (type !== 'subscription' && waiting === 'patient') this.#limit(call)
  }

  #limit(call: Call): void {
    call.stopTimer()
    call.stopTimer = startTimer(CALL_TIMEOUT_MS, () => {
      const why = call.phase === 'sent' ? undefined : this.#connection.getSnapshot().error?.message
      this.#fail(
        call,
        new RuntailError('disconnected', {
          message: `No answer to ${call.request.path} within ${CALL_TIMEOUT_MS / 1000} s. ${why ?? 'Try again.'}`,
        }),
      )
    })
  }

  #fail(call: Call, error: RuntailError): void {
    if (this.#forget(call)) call.observer.error(error)
  }

  #cancel(call: Call): void {
    if (!this.#forget(call)) return
    if (call.phase === 'sent' && call.request.type === 'subscription') {
      this.#connection.send(`{"id":${call.id},"method":"subscription.stop"}`)
    }
  }

  #forget(call: Call): boolean {
    call.stopTimer()
    const known = this.#calls.delete(call.id)
    this.#holdOrRelease()
    return known
  }

  /** A program that waits for an answer or follows something goes on living; one that only reports does not have to. */
  #holdOrRelease(): void {
    const isAwaited = this.#all().some(({ request }) => holdsProcess(request))
    if (isAwaited) this.#releaseProcess ??= holdProcess()
    else {
      this.#releaseProcess?.()
      this.#releaseProcess = undefined
    }
  }
}

function holdsProcess(request: CallRequest): boolean {
  return request.type === 'subscription' || request.waiting === 'bounded'
}

function parse(text: string): Incoming | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    // Not JSON: the caller ends the connection over it.
    return undefined
  }
}
