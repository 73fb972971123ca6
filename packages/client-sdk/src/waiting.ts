// A promise and a time limit enter, whether it came in time leaves; a program that waits here is kept alive.

import { RuntailError } from '@runtail/core'
import { holdProcess, startTimer } from './timers.ts'

/** A server that acknowledges nothing for so long, when all that is left is to wait for it, is given up. */
export const STALL_MS = 5000

/** Begins to wait; the signal says that nobody waits any more. */
export type Wait = (signal: AbortSignal) => Promise<void>

/** Whether it came in time; without a limit it waits as long as it takes. */
export async function inTime(wait: Wait, timeoutMs: number | undefined): Promise<boolean> {
  const release = holdProcess()
  const over = new AbortController()
  let cancel = (): void => {}
  const late = new Promise<false>((resolve) => {
    if (timeoutMs !== undefined) cancel = startTimer(timeoutMs, () => resolve(false))
  })
  try {
    return await Promise.race([wait(over.signal).then(() => true), late])
  } finally {
    over.abort()
    cancel()
    release()
  }
}

/** Waits for delivery; whoever does not await it need not catch it. @throws RuntailError `disconnected` where the time passes before */
export function delivered(settled: Wait, timeoutMs: number | undefined): Promise<void> {
  const delivery = arrived(settled, timeoutMs)
  delivery.catch(() => {})
  return delivery
}

async function arrived(settled: Wait, timeoutMs: number | undefined): Promise<void> {
  if (await inTime(settled, timeoutMs)) return
  throw new RuntailError('disconnected', {
    message: `Not everything was acknowledged within ${timeoutMs} ms. It is still being sent: flush again, or look at connection.getSnapshot().`,
  })
}

/** Something that is being delivered. */
export interface Delivery {
  /** Resolves when all of it is settled. */
  readonly settled: Wait
  /** Grows with every part that arrives. */
  acknowledged(): number
}

/** Waits as long as something arrives, and gives up when nothing did for `stallMs`. Gives whether all of it is settled. */
export async function whileArriving(delivery: Delivery, stallMs: number): Promise<boolean> {
  for (let before = -1; before < delivery.acknowledged();) {
    before = delivery.acknowledged()
    if (await inTime(delivery.settled, stallMs)) return true
    if (stallMs <= 0) return false
  }
  return false
}
