// The id of an execution enters, its live state leaves; all users of one id share one subscription of the client.

import type { ExecutionSnapshot, WatchStatus } from '@runtail/client-sdk'
import type { Execution, RuntailError } from '@runtail/core'
import { computed, shallowRef, toValue, watch, type ComputedRef, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { useRuntail } from './client.ts'
import { useWatchable } from './use-watchable.ts'

/** What is known of an execution. */
export interface UseExecution {
  /** Everything, as the SDK gives it. The log buffer in it is one growing object: depend on `version`, read from `logs`. */
  readonly snapshot: Readonly<ShallowRef<ExecutionSnapshot>>
  /** Its newest state. While the lines of a long execution are loaded, that is ahead of the lines. */
  readonly execution: ComputedRef<Execution | undefined>
  readonly status: ComputedRef<WatchStatus>
  readonly error: ComputedRef<RuntailError | undefined>
}

/** Follows an execution for as long as the component lives; a changed id is followed instead. */
export function useExecution(id: MaybeRefOrGetter<string>): UseExecution {
  const client = useRuntail()
  const watched = computed(() => client.watch(toValue(id)))
  const snapshot = useWatchable(watched)

  // The watch folds the lines from the first on: until it has reached the last, an execution that ended would be called running.
  const asked = shallowRef<Execution>()
  watch(
    () => toValue(id),
    async (executionId, _before, onCleanup) => {
      let isCurrent = true
      onCleanup(() => {
        isCurrent = false
      })
      asked.value = undefined
      const answer = await client.executions.get(executionId).catch(leaveItToTheWatch)
      if (isCurrent) asked.value = answer
    },
    { immediate: true },
  )

  return {
    snapshot,
    execution: computed(() => newest(snapshot.value.execution, asked.value)),
    status: computed(() => snapshot.value.status),
    error: computed(() => snapshot.value.error),
  }
}

/** Of two states of one execution the one after more lines. */
export function newest(one: Execution | undefined, other: Execution | undefined): Execution | undefined {
  if (!one || !other) return one ?? other
  return other.head_seq > one.head_seq ? other : one
}

/** The watch meets the same trouble, and tells of it. */
function leaveItToTheWatch(): undefined {
  return undefined
}
