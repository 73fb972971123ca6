// One call of a client enters, its answers leave on its socket: texts under the call's own id, errors in the one shape that the router gives them.

import { getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCProcedureType } from '@trpc/server'
import type { AppRouter } from './router.ts'
import { dataMessage, errorMessage, opening, STARTED, STOPPED, trackedMessage } from './trpc-message.ts'
import type { CallId, CallMessage } from './trpc-message.ts'

/** What a call needs of its socket. */
export interface CallHost {
  readonly router: AppRouter
  sendText(text: string): void
  /** The id of a subscription may be used again. */
  release(id: CallId): void
  /** Told about every error, with the procedure where there is one. */
  onError(error: unknown, where: string): void
}

/** A call under way. */
export class Call {
  readonly id: CallId
  readonly type: TRPCProcedureType
  readonly path: string
  readonly input: unknown
  /** Its place in its message. */
  readonly index: number
  /** With what each of its answers begins. */
  readonly opening: string
  readonly #host: CallHost

  constructor({ id, jsonrpc, method, params }: CallMessage, index: number, host: CallHost) {
    this.id = id
    this.type = method
    this.path = params.path
    this.input = params.lastEventId === undefined ? params.input : resumed(params.input, params.lastEventId)
    this.index = index
    this.opening = opening(id, jsonrpc)
    this.#host = host
  }

  /** The one answer of a query or mutation, or one of many of a subscription. */
  answer(data: unknown): void {
    this.#host.sendText(this.opening + dataMessage(data))
  }

  /** An answer of a subscription, after which it can be resumed. */
  track(id: string, data: unknown): void {
    this.#host.sendText(this.opening + trackedMessage(id, data))
  }

  /** The subscription has begun. */
  started(): void {
    this.#host.sendText(this.opening + STARTED)
  }

  /** The subscription has ended. */
  stopped(): void {
    this.#host.release(this.id)
    this.#host.sendText(this.opening + STOPPED)
  }

  /** The subscription does not begin. */
  refuse(thrown: unknown): void {
    this.#host.release(this.id)
    this.fail(thrown)
  }

  /** What it met is told to the client. */
  fail(thrown: unknown): void {
    this.report(thrown)
    this.#host.sendText(this.opening + failure(this.#host.router, thrown, this))
  }

  /** What it met is for the operator alone. */
  report(error: unknown): void {
    this.#host.onError(error, this.path)
  }
}

type Asked = Partial<Pick<Call, 'type' | 'path' | 'input'>>

/** What a client is told of an error, of a call where there is one; follows the opening. */
export function failure(router: AppRouter, thrown: unknown, asked: Asked = {}): string {
  try {
    return errorMessage(errorShape(router, thrown, asked))
  } catch (cause) {
    // Data of an error need not have JSON.
    return errorMessage(errorShape(router, cause, asked))
  }
}

function errorShape(router: AppRouter, thrown: unknown, { type, path, input }: Asked): unknown {
  return getTRPCErrorShape({
    config: router._def._config,
    error: getTRPCErrorFromUnknown(thrown),
    type: type ?? 'unknown',
    path,
    input,
    ctx: undefined,
  })
}

/** tRPC's client says where to go on beside the input, and procedures find it in there. */
function resumed(input: unknown, lastEventId: string): unknown {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input, lastEventId }
  return input ?? { lastEventId }
}
