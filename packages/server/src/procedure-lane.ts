// A call enters, what the router's procedure answers leaves: every procedure but the two hot ones, which have lanes of their own.

import { callTRPCProcedure, isTrackedEnvelope } from '@trpc/server'
import type { AppRouter } from './router.ts'
import type { Call } from './trpc-call.ts'
import type { Context } from './trpc.ts'

/** A call that goes on until somebody ends it. */
export interface Subscription {
  begin(context: Context): void
  /** The client wants no more, or is gone. Harmless when repeated. */
  stop(): void
}

/** The answer of a procedure; of a subscription, what it gives one by one. @throws what the procedure throws, or TRPCError NOT_FOUND */
export function callProcedure(
  { type, path, input, index }: Call,
  { router, context, signal }: { readonly router: AppRouter; readonly context: Context; readonly signal?: AbortSignal },
): Promise<unknown> {
  return callTRPCProcedure({
    router,
    path,
    type,
    ctx: { runtail: context },
    getRawInput: () => Promise.resolve(input),
    signal,
    batchIndex: index,
  })
}

/** A subscription whose procedure is a generator, which ends by itself when its signal aborts, and waits for room by itself. */
export class StreamLane implements Subscription {
  readonly #call: Call
  readonly #router: AppRouter
  readonly #stop = new AbortController()

  constructor(call: Call, router: AppRouter) {
    this.#call = call
    this.#router = router
  }

  begin(context: Context): void {
    const { signal } = this.#stop
    callProcedure(this.#call, { router: this.#router, context, signal }).then(
      (answers) => this.#send(answers as AsyncIterable<unknown>),
      (error: unknown) => this.#call.refuse(error),
    )
  }

  stop(): void {
    this.#stop.abort()
  }

  async #send(answers: AsyncIterable<unknown>): Promise<void> {
    const { signal } = this.#stop
    if (!signal.aborted) this.#call.started()
    try {
      for await (const answer of answers) {
        if (isTrackedEnvelope(answer)) this.#call.track(answer[0], answer[1])
        else this.#call.answer(answer)
      }
    } catch (error) {
      if (signal.aborted) this.#call.report(error)
      else this.#call.fail(error)
    }
    this.#call.stopped()
  }
}
