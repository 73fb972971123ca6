// The document's selection enters; whether text of the rows is selected leaves as events for the follow machine, and which rows, for the clipboard.

import type { SeqRange } from '@runtail/core'
import { onMounted, onScopeDispose, type ShallowRef } from 'vue'

/** An end of a selection by its seq, too: the element is painted over as the reader scrolls. */
interface SelectionEnd {
  readonly row: HTMLElement
  readonly seq: number
}

/** Tells of the begin and the end of a selection within `rows`; knows which rows it reaches. */
export function useRowSelection(rows: Readonly<ShallowRef<HTMLElement | null>>, tell: (isSelecting: boolean) => void) {
  let wasSelecting = false
  let anchor: SelectionEnd | undefined
  let focus: SelectionEnd | undefined

  /** The end at `node`; the one `before` where the node is in the same element, whatever is painted there now, or in no row. */
  function endAt(node: Node | null, before: SelectionEnd | undefined): SelectionEnd | undefined {
    const row = rows.value?.contains(node) ? elementOf(node)?.closest<HTMLElement>('.rt-row') : undefined
    return !row || row === before?.row ? before : { row, seq: Number(row.dataset['seq']) }
  }

  const onSelectionChange = (): void => {
    const selection = document.getSelection()
    const isSelecting =
      selection !== null &&
      !selection.isCollapsed &&
      rows.value !== null &&
      (rows.value.contains(selection.anchorNode) || rows.value.contains(selection.focusNode))
    anchor = isSelecting ? endAt(selection.anchorNode, anchor) : undefined
    focus = isSelecting ? endAt(selection.focusNode, focus) : undefined
    if (isSelecting === wasSelecting) return
    wasSelecting = isSelecting
    tell(isSelecting)
  }

  onMounted(() => document.addEventListener('selectionchange', onSelectionChange))
  onScopeDispose(() => document.removeEventListener('selectionchange', onSelectionChange))

  return {
    /** The seqs at the two ends of the selection; undefined where it begins elsewhere or lies within one message. */
    selectedRows(): SeqRange | undefined {
      if (!anchor || !focus) return undefined
      const selection = document.getSelection()
      const message = messageAt(selection?.anchorNode ?? null)
      if (anchor.seq === focus.seq && message && message === messageAt(selection?.focusNode ?? null)) return undefined
      const [first, last] = anchor.seq <= focus.seq ? [anchor, focus] : [focus, anchor]
      const isOnlyTouched = first.seq < last.seq && endsBefore(selection, last.row)
      return { from: first.seq, to: isOnlyTouched ? last.seq - 1 : last.seq }
    },
  }
}

/** Whether a selection ends at the edge of `row`, with nothing of it selected: a triple click leaves it so. */
function endsBefore(selection: Selection | null, row: HTMLElement): boolean {
  const end = selection?.rangeCount ? selection.getRangeAt(0) : undefined
  if (!end || !row.contains(end.endContainer)) return false
  const inRow = document.createRange()
  // The line's number cannot be selected; narrow panels hide more.
  inRow.setStart(Array.from(row.children).find(isSelectable) ?? row, 0)
  inRow.setEnd(end.endContainer, end.endOffset)
  return inRow.toString() === ''
}

function isSelectable(cell: Element): boolean {
  return cell.checkVisibility() && getComputedStyle(cell).userSelect !== 'none'
}

function messageAt(node: Node | null): Element | null | undefined {
  return elementOf(node)?.closest('.rt-row-message')
}

function elementOf(node: Node | null): Element | null {
  return node instanceof Element ? node : (node?.parentElement ?? null)
}
