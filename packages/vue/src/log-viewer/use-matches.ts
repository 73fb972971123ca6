// A growing buffer and a query enter, its matches leave; `revision` changes with them, since neither is reactive. Runs in slices.

import { LogMatches, type LogBuffer, type LogQuery } from '@runtail/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import { useSlices } from './use-slices.ts'

/** Matches that are looked for as long as the component lives. */
export interface UseMatches {
  /** Undefined without a query. */
  readonly matches: Readonly<ShallowRef<LogMatches | undefined>>
  /** Changes whenever the matches did. */
  readonly revision: Readonly<ShallowRef<number>>
  /** Whether everything held was looked at. */
  readonly isDone: Readonly<ShallowRef<boolean>>
  /** A pattern that backtracks without end was given up; then there are no matches. */
  readonly isTooSlow: Readonly<ShallowRef<boolean>>
}

/** Nothing can interrupt a pattern within a line; but whoever took this long for a few hundred lines would stop the page for all of them. */
const TOO_SLOW_MS = 500

/** Where to look, and when again. */
export interface MatchedLogs {
  readonly logs: LogBuffer
  /** Changes whenever `logs` did. */
  readonly version: number
}

/** Keeps the matches of `query` up to date; looks near `nearSeq` first. */
export function useMatches(
  source: MatchedLogs,
  query: () => LogQuery | undefined,
  nearSeq: () => number = () => 0,
): UseMatches {
  const matches = shallowRef<LogMatches>()
  const revision = shallowRef(0)
  const isDone = shallowRef(true)
  const isTooSlow = shallowRef(false)

  let scanned = 0

  const { run } = useSlices((shouldStop) => {
    const beganMs = performance.now()
    isDone.value = matches.value?.advance({ shouldStop, nearSeq: nearSeq() }) ?? true
    // The viewport may have advanced them, too.
    if (matches.value && scanned !== matches.value.scanned) revision.value += 1
    scanned = matches.value?.scanned ?? 0
    isTooSlow.value ||= performance.now() - beganMs > TOO_SLOW_MS
    if (isTooSlow.value) {
      matches.value = undefined
      isDone.value = true
    }
    return isDone.value
  })
  function start(): void {
    const wanted = query()
    matches.value = wanted && new LogMatches(source.logs, wanted)
    isTooSlow.value = false
    revision.value += 1
    run()
  }
  watch([() => source.logs, query], start, { immediate: true })
  watch(
    () => source.version,
    // A store that was wiped begins anew in the same buffer.
    () => ((matches.value?.scanned ?? 0) > source.logs.count ? start() : run()),
  )
  return { matches, revision, isDone, isTooSlow }
}
