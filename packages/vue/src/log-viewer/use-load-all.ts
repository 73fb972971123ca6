// What is not loaded enters; when somebody filters or searches, all of it is fetched, newest first, unless it is too much for the memory or somebody says no.

import type { WatchStatus } from '@runtail/client-sdk'
import type { LogBuffer, SeqRange } from '@runtail/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { formatBytes } from '../format.ts'
import { sizeOf } from './completeness.ts'

/** More than this is loaded only when asked for. */
const MEMORY_LIMIT_BYTES = 256_000_000

/** What is loaded, and how more of it can be. */
export interface LoadAllSource {
  readonly logs: LogBuffer
  readonly version: number
  readonly status: WatchStatus
  readonly head: number
  readonly gaps: readonly SeqRange[]
  readonly unloaded: readonly SeqRange[]
  readonly load?: ((range: SeqRange, signal?: AbortSignal) => Promise<void>) | undefined
}

/** Loads the rest when `isWanted` begins to hold, or when `start` is called. */
export function useLoadAll(source: LoadAllSource, isWanted: () => boolean) {
  const controller = shallowRef<AbortController>()
  const life = new AbortController()
  const problem = shallowRef('')
  /** The end of a log that grows comes by itself. */
  const ranges = computed(() => source.unloaded.filter(({ from }) => from <= Math.max(1, source.logs.last)))
  const missing = computed(() => sizeOf(ranges.value))

  const stop = (): void => {
    controller.value?.abort()
    controller.value = undefined
  }
  async function start(): Promise<void> {
    stop()
    const own = (controller.value = new AbortController())
    for (const range of ranges.value.toReversed()) {
      await fetch(range, own.signal)
      if (own.signal.aborted || problem.value !== '') break
    }
    if (controller.value === own) controller.value = undefined
  }
  async function fetch(range: SeqRange, signal = life.signal): Promise<void> {
    problem.value = ''
    try {
      await source.load?.(range, signal)
    } catch (error) {
      if (!signal.aborted) problem.value = error instanceof Error ? error.message : String(error)
    }
  }

  /** What all of it takes, judged by what is held. */
  const bytesOfAll = (): number => {
    const { usedBytes, count } = source.logs
    return usedBytes * (1 + missing.value / Math.max(1, count))
  }
  watch(
    () => isWanted() && missing.value > 0,
    async (isNow) => {
      if (!isNow) stop()
      else if (source.load && bytesOfAll() <= MEMORY_LIMIT_BYTES) await start()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop()
    life.abort()
  })

  const isLoading = computed(() => controller.value !== undefined)
  /** A watch that begins with the first line. The buffer is not reactive, its version is. */
  const isFirst = computed(
    () => source.status === 'loading' && missing.value === 0 && source.version >= 0 && source.logs.count > 0,
  )
  return {
    /** How many lines the server has and we do not. */
    missing,
    /** What to say of it; undefined where there is nothing to say. */
    notice: computed(() => {
      if (!isFirst.value && (missing.value === 0 || !(isLoading.value || isWanted() || problem.value))) return undefined
      return {
        held: isFirst.value ? source.logs.count : source.head - sizeOf(source.gaps) - missing.value,
        head: source.head,
        isLoading: isFirst.value || isLoading.value,
        canChoose: !isFirst.value && source.load !== undefined,
        problem: problem.value,
        size: formatBytes(bytesOfAll()),
      }
    }),
    /** Loads all of it. */
    start,
    stop,
    /** Loads a part that came into view. */
    fetch,
  }
}
