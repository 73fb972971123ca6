// A rate enters, calls at their due times leave; what was due while the loop was busy is called at once, so the rate holds.

import { setTimeout as pause } from 'node:timers/promises'

/** Calls `act` with 0, 1, 2 … at this rate, in groups that are due together. */
export async function atRate(
  { perSecond, count, groupSize = 1 }: { perSecond: number; count: number; groupSize?: number },
  act: (index: number) => void,
): Promise<void> {
  const started = performance.now()
  for (let index = 0; index < count; index += groupSize) {
    const wait = started + (1000 * index) / perSecond - performance.now()
    if (wait > 0) await pause(wait)
    for (let next = index; next < Math.min(index + groupSize, count); next += 1) act(next)
  }
}
