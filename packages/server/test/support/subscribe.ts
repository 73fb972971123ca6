// A subscription's frames as they come: awaited one by one, or until a condition holds; and the error that ended it.

import type { TRPCClientError } from '@trpc/client'
import { onTestFinished } from 'vitest'
import type { AppRouter } from '../../src/index.ts'

/** What a stock client's `subscribe` takes, as far as tests need it. */
export interface SubscribeOptions<Frame> {
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
  until(condition: (frames: readonly Frame[]) => boolean): Promise<readonly Frame[]>
  unsubscribe(): void
}

/** Subscribes, and unsubscribes when the test is over. */
export function subscribe<Frame>(
  start: (options: SubscribeOptions<Frame>) => { unsubscribe(): void },
): Subscription<Frame> {
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
