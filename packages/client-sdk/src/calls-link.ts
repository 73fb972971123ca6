// Operations of tRPC's client enter, its results leave: the terminating link that puts `api` on the one connection.

import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { AnyRouter } from '@trpc/server'
import type { Calls } from './calls.ts'

/** A link over {@link Calls}. Errors have our own as their cause. */
export function callsLink<Router extends AnyRouter>(calls: Calls): TRPCLink<Router> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const { type, path, input, signal } = op
        const inputJson = input === undefined ? undefined : JSON.stringify(input)
        const cancel = calls.start(
          { type, path, inputJson, waiting: 'bounded' },
          {
            next: (result) => observer.next({ result }),
            error: (error, answer) =>
              observer.error(
                new TRPCClientError(error.message, { cause: error, ...(answer ? { result: answer as never } : {}) }),
              ),
            complete: () => observer.complete(),
          },
        )
        const abort = (): void => observer.complete()
        if (signal?.aborted) abort()
        else signal?.addEventListener('abort', abort, { once: true })
        return () => {
          cancel()
          signal?.removeEventListener('abort', abort)
        }
      })
}
