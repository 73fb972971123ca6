// A number that grows enters, by how much per second leaves, over the last seconds.

import { shallowRef, watch, type ShallowRef } from 'vue'
import { useClock } from '../use-clock.ts'

/** Seconds that the rate is taken over. */
const SECONDS = 3

/** The rate of `total`; 0 where `total` is undefined, and at first. */
export function useRate(total: () => number | undefined): Readonly<ShallowRef<number>> {
  const now = useClock()
  const rate = shallowRef(0)
  let samples: { readonly ms: number; readonly total: number }[] = []
  watch(now, (ms) => {
    const current = total()
    samples = current === undefined ? [] : [...samples.slice(-SECONDS), { ms, total: current }]
    const [first, last] = [samples[0], samples.at(-1)]
    rate.value = !first || !last || first === last ? 0 : ((last.total - first.total) / (last.ms - first.ms)) * 1000
  })
  return rate
}
