// Rows are painted over as the reader scrolls; the focus stays with the line it was on, or goes back to the viewport, rather than to a stranger's button or nowhere.

import { computed, shallowRef, watch, type ShallowRef } from 'vue'
import type { PaintedRows } from './use-log-viewport.ts'

/** Watches what is painted, and keeps the focus where the reader put it. */
export function useRowFocus(
  viewport: Readonly<ShallowRef<HTMLElement | null>>,
  painted: Readonly<ShallowRef<PaintedRows>>,
) {
  const focusedRow = (): HTMLElement | null | undefined =>
    viewport.value?.contains(document.activeElement)
      ? document.activeElement?.closest<HTMLElement>('.rt-row')
      : undefined
  const seqOf = (row: HTMLElement | null | undefined): number => Number(row?.dataset['seq'] ?? 0)

  /** The line that the Tab key leads to, where it is painted. */
  const lastSeq = shallowRef(0)
  const tabbableSeq = computed(() => {
    const { views, offsetPx } = painted.value
    const isPainted = views.some((view) => view.seq === lastSeq.value)
    return isPainted ? lastSeq.value : (views[offsetPx > 0 ? 1 : 0] ?? views[0])?.seq
  })

  function focusLine(seq: number): void {
    const row = viewport.value?.querySelector<HTMLElement>(`.rt-row[data-seq="${seq}"]`)
    const target = row?.querySelector<HTMLElement>('button, [tabindex]') ?? viewport.value
    target?.focus({ preventScroll: true })
  }

  let wantedSeq = 0
  watch(painted, () => {
    wantedSeq ||= seqOf(focusedRow())
  })
  watch(
    painted,
    () => {
      if (wantedSeq > 0 && seqOf(focusedRow()) !== wantedSeq) focusLine(wantedSeq)
      wantedSeq = 0
    },
    { flush: 'post' },
  )

  return {
    tabbableSeq,
    focusedSeq: () => seqOf(focusedRow()),
    onFocusIn: () => {
      lastSeq.value = seqOf(focusedRow()) || lastSeq.value
    },
    /** Focuses a line when it has been painted. */
    focusNext: (seq: number) => {
      wantedSeq = seq
    },
  }
}
