// A subscription's frames as they come: awaited one by one, or until a condition holds; and the error that ended it.

import type { ExecutionsFrame, FollowFrame } from '@runtail/core'
import type { TRPCClient, TRPCClientError } from '@trpc/client'
import { onTestFinished } from 'vitest'
import type { AppRouter } from '../../src/index.ts'

/** What a stock client's `subscribe` takes, as far as tests need it. */
interface SubscribeOptions<Frame> {
  readonly onData: (frame: Frame) => void
  readonly onError: (error: TRPCClientError<AppRouter>) => void
  readonly onStarted: () => void
}

/** A running subscription. */
export interface Subscription<Frame> {
  readonly frames: readonly Frame[]
  /** Resolves with the error that ended it. */
  readonly error: Promise<TRPCClientError<AppRouter>>
  /** Resolves as soon as `condition` holds of the frames so far; rejects where the subscription fails before. */
  readonly until: (condition: (frames: readonly Frame[]) => boolean) => Promise<readonly Frame[]>
  readonly unsubscribe: () => void
}

/** What tRPC makes of a tracked frame. */
export interface Tracked<Data> {
  readonly id: string
  readonly data: Data
}

/** Follows the logs of an execution with a stock client. */
export function follow(
  { logs }: TRPCClient<AppRouter>,
  input: { readonly execution_id: string; readonly after?: string | number; readonly last?: number },
): Subscription<Tracked<FollowFrame>> {
  return subscribe((options) => logs.follow.subscribe(input, options))
}

/** Watches executions with a stock client. */
export function watch(
  { executions }: TRPCClient<AppRouter>,
  input: { readonly after?: string } = {},
): Subscription<Tracked<ExecutionsFrame>> {
  return subscribe((options) => executions.watch.subscribe(input, options))
}

/** Subscribes, and unsubscribes when the test is over. */
function subscribe<Frame>(start: (options: SubscribeOptions<Frame>) => { unsubscribe(): void }): Subscription<Frame> {
  const frames: Frame[] = []
  const waiting = new Set<() => void>()
  const failed = Promise.withResolvers<TRPCClientError<AppRouter>>()
  const subscription = start({
    onData(frame) {
      frames.push(frame)
      for (const check of waiting) check()
    },
    onError: failed.resolve,
    onStarted() {},
  })
  onTestFinished(() => subscription.unsubscribe())
  return {
    frames,
    error: failed.promise,
    unsubscribe: () => subscription.unsubscribe(),
    until(condition) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Frame[]>()
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
