// What every procedure passes before it runs: a place among the calls, the door, and on the way back the one shape of errors.

import { RuntailError } from '@runtail/core'
import { initTRPC, type TRPCDefaultErrorShape, type TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { Action, Door } from './authorize.ts'
import { httpStatus, trpcCode, trpcError, wireError, wireErrorData } from './wire-error.ts'

/** A socket as procedures see it. */
export interface FlowControl {
  /** Resolves when the socket has room for another answer, when the signal aborts, or when the socket is gone. */
  ready(signal?: AbortSignal): Promise<void>
}

/** What a procedure knows of its caller; made once per socket, or per HTTP request. */
export interface Context {
  /** Refuses everything where the caller could not be authenticated. */
  readonly door: Door
  /** Takes a place among the calls under way, of the caller and of the server. */
  readonly enterCall: () => Disposable
  /** Takes a place among the caller's subscriptions, or refuses where there can be none. */
  readonly enterSubscription: () => Disposable
  /** The socket that answers go to, where it is one of ours; under any other adapter answers just leave. */
  readonly socket?: FlowControl | undefined
}

/** The context of a call, under a name of its own, so that it fits into the context of a service that has more. */
export interface RuntailContext {
  readonly runtail: Context
}

const t = initTRPC.context<RuntailContext>().create({
  // Stacks stay here.
  isDev: false,
  errorFormatter: wireShape,
})

/** The one shape of errors. */
function wireShape({ shape, error }: { readonly shape: TRPCDefaultErrorShape; readonly error: TRPCError }) {
  const outside = wireError(error)
  const code = trpcCode(outside)
  return {
    message: outside.message,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: {
      code,
      httpStatus: httpStatus(outside),
      ...(shape.data.path === undefined ? {} : { path: shape.data.path }),
      runtail: wireErrorData(outside),
    },
  }
}

/** Shows procedures the part of the context that is theirs. */
const withOurContext = t.middleware(async ({ ctx: { runtail: ctx }, next }) => {
  // A service that makes the context may not be typed.
  if ((ctx as Context | undefined) === undefined) throw withoutContext()
  return await next({ ctx })
})

function withoutContext(): RuntailError {
  return new RuntailError('internal', {
    message:
      'The context has no `runtail`: spread what `server.createContext` gives into what your createContext gives.',
  })
}

/** Gives errors the code that decides the status of an HTTP answer. */
const withWireErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (!result.ok) throw trpcError(result.error)
  return result
})

export const router = t.router

/** Every procedure begins with this one, and goes on with {@link allowed} after its input. Its errors have our shape in routers of others too. */
export const procedure = t.procedure.errors(wireShape).use(withWireErrors).use(withOurContext)

/**
 * Passes the door, for the execution that the input names. From here on it is a call under way: over HTTP an input may never come to its end,
 * and nobody would say so. A subscription is one until it is admitted, when its procedure has given a generator.
 */
export function allowed(action: Action) {
  return t.middleware(async ({ ctx, input, next }) => {
    using _place = ctx.runtail.enterCall()
    await ctx.runtail.door(action, executionIdOf(input))
    return await next()
  })
}

function executionIdOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('execution_id' in input)) return undefined
  return typeof input.execution_id === 'string' ? input.execution_id : undefined
}
