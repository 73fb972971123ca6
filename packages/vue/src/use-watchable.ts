// Something watchable enters, a ref of its newest snapshot leaves: one assignment per animation frame at most, whatever arrived; the watch ends with the scope.

import type { Watchable } from '@runtail/client-sdk'
import { shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { createFrameScheduler } from './frame-scheduler.ts'

/** Every second frame of 60 a second: while something comes all the time nobody sees more, and to paint it costs half. */
const GAP_MS = 25

/** Follows `source`, and another one when it changes. Snapshots stay as they are: nothing in them becomes reactive. */
export function useWatchable<Snapshot>(source: MaybeRefOrGetter<Watchable<Snapshot>>): Readonly<ShallowRef<Snapshot>> {
  const snapshot = shallowRef(toValue(source).getSnapshot())
  watch(
    () => toValue(source),
    (watchable, _before, onCleanup) => {
      const read = (): void => {
        snapshot.value = watchable.getSnapshot()
      }
      const scheduler = createFrameScheduler(read, { gapMs: GAP_MS })
      const unsubscribe = watchable.subscribe(scheduler.request)
      onCleanup(() => {
        unsubscribe()
        scheduler.dispose()
      })
      read()
    },
    { immediate: true },
  )
  return snapshot
}
