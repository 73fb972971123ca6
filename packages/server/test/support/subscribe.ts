// A subscription's frames as they come: awaited one by one, or until a condition holds; and the error that ended it.

import type { ExecutionsFrame, FollowFrame, RuntailApi, SubscriptionObserver, Tracked } from '@runtail/core'
import type { TRPCClientError } from '@trpc/client'
import { onTestFinished } from 'vitest'
import type { AppRouter } from '../../src/index.ts'

export type { Tracked }

/** A running subscription. */
export interface Subscription<Frame> {
  readonly frames: readonly Frame[]
  /** Resolves with the error that ended it. */
  readonly error: Promise<TRPCClientError<AppRouter>>
  /** Resolves when it ends without one. */
  readonly completed: Promise<void>
  /** Resolves as soon as `condition` holds of the frames so far; rejects where the subscription fails before. */
  readonly until: (condition: (frames: readonly Frame[]) => boolean) => Promise<readonly Frame[]>
  readonly unsubscribe: () => void
}

/** Follows the logs of an execution with a stock client. */
export function follow(
  { logs }: Pick<RuntailApi, 'logs'>,
  input: { readonly execution_id: string; readonly after?: string | number; readonly last?: number },
): Subscription<Tracked<FollowFrame>> {
  return subscribe((observer) => logs.follow.subscribe(input, observer))
}

/** Watches executions with a stock client. */
export function watch(
  { executions }: Pick<RuntailApi, 'executions'>,
  input: { readonly after?: string } = {},
): Subscription<Tracked<ExecutionsFrame>> {
  return subscribe((observer) => executions.watch.subscribe(input, observer))
}

/** Subscribes, and unsubscribes when the test is over. */
function subscribe<Data>(
  start: (observer: SubscriptionObserver<Data>) => { unsubscribe(): void },
): Subscription<Tracked<Data>> {
  const frames: Tracked<Data>[] = []
  const waiting = new Set<() => void>()
  const failed = Promise.withResolvers<TRPCClientError<AppRouter>>()
  const ended = Promise.withResolvers<void>()
  const subscription = start({
    onData(frame) {
      frames.push(frame)
      for (const check of waiting) check()
    },
    onError: (error) => failed.resolve(error as TRPCClientError<AppRouter>),
    onComplete: ended.resolve,
  })
  onTestFinished(() => subscription.unsubscribe())
  return {
    frames,
    error: failed.promise,
    completed: ended.promise,
    unsubscribe: () => subscription.unsubscribe(),
    until(condition) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Tracked<Data>[]>()
      const check = (): void => {
        if (!condition(frames)) return
        waiting.delete(check)
        resolve(frames)
      }
      waiting.add(check)
      check()
      failed.promise.then(reject).catch(reject)
      return promise
    },
  }
}
