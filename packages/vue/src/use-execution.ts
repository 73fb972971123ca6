// The id of an execution enters, its live state leaves; all users of one id share one subscription of the client.

import type { ExecutionSnapshot, WatchStatus } from '@runtail/client-sdk'
import type { Execution, RuntailError } from '@runtail/core'
import { computed, toValue, type ComputedRef, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { useRuntail } from './client.ts'
import { useWatchable } from './use-watchable.ts'

/** What is known of an execution. */
export interface UseExecution {
  /** Everything, as the SDK gives it. The log buffer in it is one growing object: depend on `version`, read from `logs`. */
  readonly snapshot: Readonly<ShallowRef<ExecutionSnapshot>>
  readonly execution: ComputedRef<Execution | undefined>
  readonly status: ComputedRef<WatchStatus>
  readonly error: ComputedRef<RuntailError | undefined>
}

/** Follows an execution for as long as the component lives; a changed id is followed instead. */
export function useExecution(id: MaybeRefOrGetter<string>): UseExecution {
  const client = useRuntail()
  const watched = computed(() => client.watch(toValue(id)))
  const snapshot = useWatchable(watched)
  return {
    snapshot,
    execution: computed(() => snapshot.value.execution),
    status: computed(() => snapshot.value.status),
    error: computed(() => snapshot.value.error),
  }
}
