// What is in view enters, requests for what of it is not loaded leave: a moment later, so that a dragged scrollbar asks for where it stops, and each once.

import type { SeqRange } from '@runtail/core'
import { onScopeDispose } from 'vue'
import { neededRange } from './viewport-need.ts'

const DELAY_MS = 80

/** Asks by `need`; the returned function is told what is in view, or undefined where nothing of it is to be asked for. */
export function useUnloadedNeed(need: (range: SeqRange) => void) {
  let wanted: SeqRange | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  return (
    view: { readonly firstSeq: number; readonly lastSeq: number } | undefined,
    unloaded: readonly SeqRange[],
  ): void => {
    // What is about to come into view is asked for with it.
    const around = view ? 2 * (view.lastSeq - view.firstSeq + 1) : 0
    const range =
      view && neededRange({ from: Math.max(1, view.firstSeq - around), to: view.lastSeq + around }, unloaded)
    if (range?.from === wanted?.from && range?.to === wanted?.to) return
    wanted = range
    clearTimeout(timer)
    if (range) timer = setTimeout(() => need(range), DELAY_MS)
  }
}
