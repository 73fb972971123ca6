// The document's selection enters; whether text of the rows is selected leaves, as events for the follow machine.

import { onMounted, onScopeDispose, type ShallowRef } from 'vue'

/** Tells of the begin and the end of a selection within `rows`. */
export function useRowSelection(
  rows: Readonly<ShallowRef<HTMLElement | null>>,
  tell: (isSelecting: boolean) => void,
): void {
  let wasSelecting = false

  const onSelectionChange = (): void => {
    const selection = document.getSelection()
    const isSelecting =
      selection !== null &&
      !selection.isCollapsed &&
      rows.value !== null &&
      (rows.value.contains(selection.anchorNode) || rows.value.contains(selection.focusNode))
    if (isSelecting === wasSelecting) return
    wasSelecting = isSelecting
    tell(isSelecting)
  }

  onMounted(() => document.addEventListener('selectionchange', onSelectionChange))
  onScopeDispose(() => document.removeEventListener('selectionchange', onSelectionChange))
}
