// What is looked for enters, its hits and a sentence on them leave; an honest one: how far the search is, and that not all lines are loaded.

import type { LogQuery } from '@runtail/core'
import { computed, shallowRef } from 'vue'
import { formatCount, formatCounted } from '../format.ts'
import { searchPattern, type Search } from './log-search.ts'
import { useMatches, type MatchedLogs } from './use-matches.ts'

/** Where and how to search. */
export interface LogSearchOptions {
  /** Hits are among the lines that it shows. */
  readonly filter: () => LogQuery | undefined
  readonly nearSeq: () => number
  /** The hit that was gone to. */
  readonly currentSeq: () => number | undefined
}

/** A search that can be opened, changed and closed. */
export function useLogSearch(source: MatchedLogs, { filter, nearSeq, currentSeq }: LogSearchOptions) {
  /** Undefined while closed. */
  const search = shallowRef<Search>()
  const outcome = computed(() => search.value && searchPattern(search.value))
  const wanted = computed(() => (outcome.value instanceof RegExp ? outcome.value : undefined))
  const query = computed(() => wanted.value && { ...filter(), text: wanted.value })
  const { matches: hits, revision, isDone, isTooSlow } = useMatches(source, () => query.value, nearSeq)
  /** What rows may be marked with. */
  const pattern = computed(() => (isTooSlow.value ? undefined : wanted.value))

  /** `3 of 128`, `128 hits`, `12 hits, 40 % searched`, `No hit`. */
  const status = computed(() => {
    // Neither the hits nor the buffer are reactive; the revision is.
    if (revision.value < 0 || !hits.value) return ''
    const { count, scanned } = hits.value
    const seq = currentSeq() ?? 0
    if (isDone.value && count === 0) return 'No hit'
    const found = hits.value.has(seq)
      ? `${formatCount(hits.value.indexOf(seq) + 1)} of ${formatCount(count)}`
      : formatCounted(count, 'hit')
    return isDone.value ? found : `${found}, ${Math.floor((100 * scanned) / source.logs.count)} % searched`
  })
  /** Why it cannot be looked for. */
  const problem = computed(() => {
    if (isTooSlow.value) return 'This pattern takes too long. Make it simpler.'
    return typeof outcome.value === 'string' ? outcome.value : ''
  })
  return { search, pattern, hits, revision, isDone, status, problem }
}
