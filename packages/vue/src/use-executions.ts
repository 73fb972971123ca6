// Which executions to list enters, the live list leaves, newest first.

import type { ExecutionListSnapshot, ListOptions } from '@runtail/client-sdk'
import { computed, toValue, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { useRuntail } from './client.ts'
import { useWatchable } from './use-watchable.ts'

/** A live list. */
export interface UseExecutions {
  readonly list: Readonly<ShallowRef<ExecutionListSnapshot>>
  /** Adds older executions. */
  readonly loadMore: () => Promise<void>
}

/** Follows the list of executions for as long as the component lives; changed options make another list. */
export function useExecutions(options: MaybeRefOrGetter<ListOptions> = {}): UseExecutions {
  const client = useRuntail()
  const watched = computed(() => client.executions.watch(toValue(options)))
  return { list: useWatchable(watched), loadMore: () => watched.value.loadMore() }
}
