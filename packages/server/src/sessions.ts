// Credentials enter, what a procedure knows of its caller leaves; a failed authentication shows in every call and never earlier.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage } from 'node:http'
import { doorFor, type Authenticate, type Authorize, type Credentials, type Door, type Principal } from './authorize.ts'
import type { Logger } from './logger.ts'
import { Quota, type CallsUnderWay } from './quota.ts'
import type { Context, FlowControl } from './trpc.ts'

/** What {@link Sessions} is made from. */
export interface SessionsOptions {
  readonly authenticate: Authenticate
  readonly authorize: Authorize
  readonly calls: CallsUnderWay
  readonly limits: { readonly subscriptionsPerSocket: number; readonly callsPerSocket: number }
  readonly logger: Logger
}

/** Makes the contexts of sockets and requests. */
export class Sessions {
  readonly #options: SessionsOptions

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  /**
   * The door for whoever brings these credentials. Never rejects: tRPC would answer a failed context with an error that no
   * subscriber sees, so an unauthenticated caller gets a door that is shut.
   */
  async door(credentials: Credentials): Promise<Door> {
    const { authenticate, authorize, logger } = this.#options
    try {
      return doorFor(authorize, await authenticate(credentials))
    } catch (cause) {
      logger.warn('Authentication failed', cause)
      return shutDoor(cause)
    }
  }

  /** The context of a socket, or of an HTTP request. Never rejects. */
  async open(credentials: Credentials, socket?: FlowControl): Promise<Context> {
    return this.#context(await this.door(credentials), socket)
  }

  /** The context of somebody who is known already. */
  openFor(principal: Principal): Context {
    return this.#context(doorFor(this.#options.authorize, principal), undefined)
  }

  #context(door: Door, socket: FlowControl | undefined): Context {
    const { calls, limits } = this.#options
    const places = new Quota(limits.callsPerSocket, 'calls under way on one connection')
    const subscriptions = new Quota(limits.subscriptionsPerSocket, 'subscriptions on one connection')
    // The same one for all calls of the caller: there may be very many.
    const call: Disposable = {
      [Symbol.dispose]() {
        places[Symbol.dispose]()
        calls[Symbol.dispose]()
      },
    }
    return {
      door,
      socket,
      enterSubscription: () => subscriptions.take(),
      enterCall() {
        calls.enter()
        try {
          places.take()
        } catch (error) {
          calls[Symbol.dispose]()
          throw error
        }
        return call
      },
    }
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** The context of whoever comes when nothing can be done for anybody: every call says why. */
export function refusingContext(why: RuntailError): Context {
  const refuse = (): never => {
    throw why
  }
  return { door: () => Promise.reject(why), enterCall: refuse, enterSubscription: refuse }
}

function shutDoor(cause: unknown): Door {
  return () =>
    Promise.reject(new RuntailError('unauthorized', { message: 'No valid token came along. Get a new one.', cause }))
}
