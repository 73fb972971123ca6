// Rows are painted over as the reader scrolls; a focus in a row that left goes back to the viewport, rather than to a stranger's button or nowhere.

import { watch, type ShallowRef } from 'vue'

/** Watches what is painted, and keeps the focus where the reader put it. */
export function useRowFocus(
  viewport: Readonly<ShallowRef<HTMLElement | null>>,
  painted: Readonly<ShallowRef<unknown>>,
): void {
  const focusedRow = (): Element | null | undefined =>
    viewport.value?.contains(document.activeElement) ? document.activeElement?.closest('.rt-row') : undefined

  let before: { readonly element: Element; readonly row: string | null } | undefined
  watch(painted, () => {
    const element = focusedRow()
    before = element ? { element, row: element.getAttribute('aria-posinset') } : undefined
  })
  watch(
    painted,
    () => {
      if (!before) return
      const isStill = focusedRow() === before.element && before.element.getAttribute('aria-posinset') === before.row
      if (!isStill) viewport.value?.focus({ preventScroll: true })
    },
    { flush: 'post' },
  )
}
