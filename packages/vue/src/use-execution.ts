// The id of an execution enters, its live state leaves; all users of one id share one subscription of the client.

import type { ExecutionSnapshot, WatchStatus } from '@runtail/client-sdk'
import type { Execution, RuntailError, SeqRange } from '@runtail/core'
import { computed, toValue, type ComputedRef, type MaybeRefOrGetter, type ShallowRef } from 'vue'
import { useRuntail } from './client.ts'
import { useWatchable } from './use-watchable.ts'

/** How many of the newest lines are loaded unless somebody asks for others. */
const LAST_LINES = 1000

/** Options of {@link useExecution}. */
export interface UseExecutionOptions {
  /** How many of the newest lines to begin with; `load` fetches others. The first who asks for an execution decides. @default 1000 */
  readonly last?: number | undefined
}

/** What is known of an execution. */
export interface UseExecution {
  /** Everything, as the SDK gives it. The log buffer in it is one growing object: depend on `version`, read from `logs`. */
  readonly snapshot: Readonly<ShallowRef<ExecutionSnapshot>>
  /** The server's newest state. */
  readonly execution: ComputedRef<Execution | undefined>
  readonly status: ComputedRef<WatchStatus>
  readonly error: ComputedRef<RuntailError | undefined>
  /** Fetches lines that are not held; resolves when they are, or are known to be gone. */
  readonly load: (range: SeqRange, signal?: AbortSignal) => Promise<void>
}

/** Follows an execution for as long as the component lives; a changed id is followed instead. */
export function useExecution(
  id: MaybeRefOrGetter<string>,
  options: MaybeRefOrGetter<UseExecutionOptions> = {},
): UseExecution {
  const client = useRuntail()
  const watched = computed(() => client.watch(toValue(id), { last: toValue(options).last ?? LAST_LINES }))
  const snapshot = useWatchable(watched, { gapAfter })
  return {
    snapshot,
    execution: computed(() => snapshot.value.execution),
    status: computed(() => snapshot.value.status),
    error: computed(() => snapshot.value.error),
    load: (range, signal) => watched.value.load(range, signal ? { signal } : {}),
  }
}

/** More new lines than a screen shows: nobody reads them as they pass. */
const SCREEN_LINES = 50
const GAP_MS = 30
/** Twelve a second look like a flood as sixty do, and leave the page two thirds of its time. */
const FLOOD_GAP_MS = 80

function gapAfter(now: ExecutionSnapshot, before: ExecutionSnapshot): number {
  return now.head - before.head > SCREEN_LINES ? FLOOD_GAP_MS : GAP_MS
}

/** Of two states of one execution the one after more lines. */
export function newest(one: Execution | undefined, other: Execution | undefined): Execution | undefined {
  if (!one || !other) return one ?? other
  return other.head_seq > one.head_seq ? other : one
}
