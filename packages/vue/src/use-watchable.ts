// Something watchable enters, a ref of its newest snapshot leaves: an assignment at once, and then at most one per gap, whatever arrives; the watch ends with the scope.

import type { Watchable } from '@runtail/client-sdk'
import { shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { createThrottle } from './throttle.ts'

/** Two frames of 60 a second: what comes all the time looks as smooth, and costs half. */
const GAP_MS = 30

/** Options of {@link useWatchable}. */
export interface UseWatchableOptions<Snapshot> {
  /** Milliseconds until the next snapshot at least, by what this one brought. @default 30 */
  readonly gapAfter?: (snapshot: Snapshot, before: Snapshot) => number
}

/** Follows `source`, and another one when it changes. Snapshots stay as they are: nothing in them becomes reactive. */
export function useWatchable<Snapshot>(
  source: MaybeRefOrGetter<Watchable<Snapshot>>,
  { gapAfter = () => GAP_MS }: UseWatchableOptions<Snapshot> = {},
): Readonly<ShallowRef<Snapshot>> {
  const snapshot = shallowRef(toValue(source).getSnapshot())
  watch(
    () => toValue(source),
    (watchable, _before, onCleanup) => {
      const read = (): number => {
        const before = snapshot.value
        snapshot.value = watchable.getSnapshot()
        return gapAfter(snapshot.value, before)
      }
      const throttle = createThrottle(read)
      const unsubscribe = watchable.subscribe(throttle.request)
      onCleanup(() => {
        unsubscribe()
        throttle.dispose()
      })
      read()
    },
    { immediate: true },
  )
  return snapshot
}
