// How often something failed enters, whether to try again leaves, after a wait; never throws, whatever the options are.

import { sleep } from './timers.ts'
import type { RetryOptions } from './types.ts'

/** What is between two attempts. */
export interface Failed {
  /** Attempts so far; 1 after the first. */
  readonly tried: number
  readonly retry: RetryOptions | undefined
  /** Told what the function for the wait throws; it is taken for 0 then. */
  readonly onError: (thrown: unknown) => void
}

/** Waits, and gives whether there is another attempt. */
export async function triesAgain({ tried, retry, onError }: Failed): Promise<boolean> {
  const { attempts = 1, signal = new AbortController().signal } = retry ?? {}
  if (!(tried < Math.floor(attempts)) || signal.aborted) return false
  await sleep(waitMs(retry?.backoffMs, tried, onError), signal)
  return !signal.aborted
}

function waitMs(backoffMs: RetryOptions['backoffMs'], tried: number, onError: Failed['onError']): number {
  try {
    const ms = typeof backoffMs === 'function' ? backoffMs(tried) : backoffMs
    return typeof ms === 'number' && ms > 0 ? ms : 0
  } catch (thrown) {
    onError(thrown)
    return 0
  }
}
