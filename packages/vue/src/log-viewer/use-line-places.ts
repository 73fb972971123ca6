// Wishes to see a line enter, whoever has them: hits, errors, gaps, links; the viewport is led there, and the line is marked as the current one.

import type { LogMatches, SeqRange } from '@runtail/core'
import { computed, nextTick, shallowRef, watch, type Ref } from 'vue'
import { lineHash, linkedAfter, parseLineHash } from './line-link.ts'
import { matchBeside } from './log-search.ts'

/** What leads to a line. */
export interface LinePlaces {
  /** Makes room for a line that a filter hides. */
  readonly unhide: (seq: number) => void
  /** Scrolls to it. */
  readonly show: (seq: number) => void
  /** The fragment of a link. */
  readonly hash: Ref<string>
  /** How many lines there are. */
  readonly head: () => number
}

/** Where the reader is, and where they want to be. */
export function useLinePlaces({ unhide, show, hash, head }: LinePlaces) {
  let view: SeqRange = { from: 0, to: 0 }
  const currentSeq = shallowRef<number>()
  const linked = computed(() => parseLineHash(hash.value))

  async function reveal(seq: number): Promise<void> {
    unhide(seq)
    currentSeq.value = seq
    // Until it is painted: who presses `n` twice means the one after.
    view = { from: seq, to: seq }
    await nextTick()
    show(seq)
  }
  async function go(matches: LogMatches | undefined, step: 1 | -1): Promise<void> {
    const current = currentSeq.value ?? 0
    const isInView = current >= view.from && current <= view.to
    const from = isInView ? current : step === 1 ? view.from - 1 : view.to + 1
    const seq = matches && matchBeside(matches, from, step)
    if (seq !== undefined) await reveal(seq)
  }

  let known = ''
  watch(
    [hash, () => head() > 0],
    async () => {
      if (head() === 0 || hash.value === known) return
      known = hash.value
      if (linked.value) await reveal(linked.value.from)
    },
    { flush: 'post', immediate: true },
  )

  return {
    currentSeq,
    linked,
    /** A line that is in view. */
    nearSeq: () => view.from,
    /** To the next match after what is in view, or with -1 to the one before. */
    go,
    reveal,
    /** To the next of these ranges; after the last to the first. */
    async goToNext(ranges: readonly SeqRange[]): Promise<void> {
      const range = ranges.find(({ from }) => from > (currentSeq.value ?? 0)) ?? ranges[0]
      if (range) await reveal(range.from)
    },
    onView({ firstSeq, lastSeq }: { firstSeq: number; lastSeq: number }): void {
      view = { from: firstSeq, to: lastSeq }
    },
    /** The number of a line was pressed: the page links to it, and stays where it is. */
    onLink({ seq, extend }: { seq: number; extend: boolean }): void {
      hash.value = known = lineHash(linkedAfter(linked.value, seq, extend))
    },
  }
}
