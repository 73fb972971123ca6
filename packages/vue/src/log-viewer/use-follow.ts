// What happens to the log and what its reader does enter; whether the view follows, and what screen readers hear of it, leave.

import type { WatchStatus } from '@runtail/client-sdk'
import type { LogBuffer } from '@runtail/core'
import { computed, shallowRef, watch } from 'vue'
import { FOLLOWING, nextFollowState, type FollowEvent } from './follow-machine.ts'
import { useAnnouncer } from './use-announcer.ts'

/** What can be followed. */
export interface FollowedLogs {
  readonly logs: LogBuffer
  readonly status: WatchStatus
}

/** Runs the follow machine. */
export function useFollow(source: FollowedLogs) {
  const follow = shallowRef(FOLLOWING)
  const { announcement, arrived } = useAnnouncer()

  /** The last line of the past: what comes after it is new. */
  const pastLastSeq = shallowRef(0)
  watch(
    [() => source.logs, () => source.status === 'loading'],
    ([logs, isLoading]) => {
      pastLastSeq.value = isLoading ? Number.POSITIVE_INFINITY : logs.last
    },
    { immediate: true },
  )
  function onFollow(event: FollowEvent): void {
    follow.value = nextFollowState(follow.value, event)
    if (event.type === 'lines_arrived') arrived(event.lines, event.errors)
  }
  return { follow, pastLastSeq, announcement, isPaused: computed(() => follow.value.mode === 'PAUSED'), onFollow }
}
