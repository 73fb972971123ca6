// Messages of one socket of `/trpc` enter, calls are made of them and answered: tRPC's protocol over WebSockets, with little kept for a socket that waits. Invariant 7.

import { RuntailError } from '@runtail/core'
import { TRPCError } from '@trpc/server'
import type { IncomingMessage } from 'node:http'
import { append } from './append-lane.ts'
import { NO_PARAMETERS, parametersIn, sendsParameters, type ConnectionParameters } from './connection-parameters.ts'
import type { FlowSocket } from './flow-socket.ts'
import { FollowLane } from './follow-lane.ts'
import type { ServerLimits } from './options.ts'
import { callProcedure, StreamLane, type Subscription } from './procedure-lane.ts'
import type { AppRouter } from './router.ts'
import type { Services } from './services.ts'
import { bearerToken, refusingContext, type Sessions } from './sessions.ts'
import { Call, failure, type CallHost } from './trpc-call.ts'
import { NO_CALL, opening, readCalls } from './trpc-message.ts'
import type { CallId, ClientMessage, Incoming, Refusal } from './trpc-message.ts'
import type { Context } from './trpc.ts'
import { wireError } from './wire-error.ts'

/** What all sockets share. */
export interface TrpcServer {
  readonly router: AppRouter
  readonly services: Services
  readonly sessions: Sessions
  readonly limits: Pick<ServerLimits, 'callsPerMessage' | 'callsPerSocket'>
  /** Told about every error on a socket, with the procedure where there is one. */
  readonly onError: (error: unknown, where: string) => void
}

/** Serves a socket until it closes. */
export class TrpcSocket implements CallHost {
  readonly #server: TrpcServer
  readonly #socket: FlowSocket
  readonly #subscriptions = new Map<CallId, Subscription>()
  /** Held until its connection parameters have come. */
  #request: IncomingMessage | undefined
  #context: Context | Promise<Context> = NOBODY_YET
  /** Calls that came before it was known who calls. */
  #early = 0

  constructor(server: TrpcServer, socket: FlowSocket, request: IncomingMessage) {
    this.#server = server
    this.#socket = socket
    if (sendsParameters(request)) this.#request = request
    else this.#open(request, NO_PARAMETERS)
    socket.on('message', (data: Buffer, isBinary) => this.#receive({ data, isBinary }))
    // `ws` closes the socket itself; without a listener its complaint about a broken frame would end the process.
    socket.on('error', (error) => this.onError(error, 'socket'))
    socket.on('close', () => this.#end())
  }

  get router(): AppRouter {
    return this.#server.router
  }

  sendText(text: string): void {
    this.#socket.sendText(text)
  }

  release(id: CallId): void {
    this.#subscriptions.delete(id)
  }

  onError(error: unknown, where: string): void {
    this.#server.onError(error, where)
  }

  #receive(incoming: Incoming): void {
    const beat = heartbeat(incoming)
    if (beat === 'PING') return this.sendText('PONG')
    if (beat === 'PONG') return
    if (this.#request) return this.#open(this.#request, () => parametersIn(incoming))
    const calls = readCalls(incoming, this.#server.limits.callsPerMessage)
    if ('error' in calls) this.#refuse(calls)
    else for (const [index, message] of calls.entries()) this.#take(message, index)
  }

  /** Once a socket: who calls, as the parameters say or else the request. */
  #open(request: IncomingMessage, parameters: () => ConnectionParameters): void {
    this.#request = undefined
    try {
      const token = parameters()?.['token'] ?? bearerToken(request)
      this.#context = this.#server.sessions
        .open({ token, request }, this.#socket)
        .then((context) => (this.#context = context))
    } catch (error) {
      // Whoever calls before the socket is closed is told the same.
      this.#context = refusingContext(wireError(error))
      this.#refuse({ error, openings: [NO_CALL] })
      setImmediate(() => this.#socket.close())
    }
  }

  #take(message: ClientMessage, index: number): void {
    const { id, jsonrpc } = message
    if (id === null) {
      const error = new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' })
      return this.#refuse({ error, openings: [opening(id, jsonrpc)] })
    }
    if (message.method === 'subscription.stop') return this.#subscriptions.get(id)?.stop()
    const call = new Call(message, index, this)
    if (this.#isTooEarly()) return call.fail(TOO_MANY_EARLY)
    if (call.type !== 'subscription') return this.#withContext(call, (context) => this.#answer(call, context))
    if (this.#subscriptions.has(id)) {
      return call.fail(new TRPCError({ code: 'BAD_REQUEST', message: `Duplicate id ${id}` }))
    }
    const subscription = this.#laneOf(call)
    // Before anything is waited for, so that a stop or the end of the socket finds it.
    this.#subscriptions.set(id, subscription)
    this.#withContext(call, (context) => subscription.begin(context))
  }

  /** Nobody has a quota yet, so that of calls under way holds for all that waits. */
  #isTooEarly(): boolean {
    return this.#context instanceof Promise && (this.#early += 1) > this.#server.limits.callsPerSocket
  }

  #withContext(call: Call, run: (context: Context) => void): void {
    if (!(this.#context instanceof Promise)) run(this.#context)
    else this.#context.then(run).catch((error: unknown) => call.fail(error))
  }

  #answer(call: Call, context: Context): void {
    const { router, services } = this.#server
    const isAppend = call.path === 'logs.append' && call.type === 'mutation'
    const answered = isAppend ? append(call.input, context, services) : callProcedure(call, { router, context })
    // An answer that has no JSON fails too.
    answered.then((data) => call.answer(data)).catch((error: unknown) => call.fail(error))
  }

  #laneOf(call: Call): Subscription {
    const { router, services } = this.#server
    if (call.path === 'logs.follow') return new FollowLane(call, { services, socket: this.#socket })
    return new StreamLane(call, router)
  }

  /** A message of which no call can be made. */
  #refuse({ error, openings }: Refusal): void {
    this.onError(error, 'socket')
    const message = failure(this.router, error)
    for (const opening of openings) this.sendText(opening + message)
  }

  #end(): void {
    for (const subscription of this.#subscriptions.values()) subscription.stop()
  }
}

/** Before it is known who calls. */
const NOBODY_YET = refusingContext(new RuntailError('unauthorized', { message: 'Nobody has said who calls.' }))

const TOO_MANY_EARLY = new RuntailError('overloaded', {
  message: 'Too many calls wait until it is known who calls. Wait for some answers first.',
})

/** What tRPC's client sends to keep a connection alive, or answers. */
function heartbeat({ data, isBinary }: Incoming): 'PING' | 'PONG' | undefined {
  if (isBinary || data.length !== 4) return undefined
  const text = data.toString()
  return text === 'PING' || text === 'PONG' ? text : undefined
}
