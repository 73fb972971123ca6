// The document's selection enters; which rows it reaches leaves, by their seqs: elements are painted over as the reader scrolls, and say nothing of that.

import type { SeqRange } from '@runtail/core'
import { onMounted, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { selectionIn } from './selection-in.ts'

/** An end of a selection: where the document has it, and the line that it was put in. */
interface SelectionEnd {
  readonly node: Node | null
  readonly offset: number
  readonly seq: number
}

/** Rows of which something is selected. */
export interface SelectedRows extends SeqRange {
  /** Whether it is a part of one message: that is the browser's to copy. */
  readonly isWithinMessage: boolean
}

/** Tells of the begin and the end of a selection within `layer`; knows which rows it reaches, whatever is `painted` since. */
export function useRowSelection(
  layer: Readonly<ShallowRef<HTMLElement | null>>,
  painted: Readonly<ShallowRef<unknown>>,
  tell: (isSelecting: boolean) => void,
) {
  const selected = shallowRef<SelectedRows>()
  let ends: readonly [anchor: SelectionEnd, focus: SelectionEnd] | undefined
  let wasSelecting = false
  /** Whether the document's anchor was painted over: only a new selection puts it elsewhere, not what the browser makes of it. */
  let isAdrift = false

  const rowAt = (node: Node | null): HTMLElement | null | undefined =>
    layer.value?.contains(node) ? elementOf(node)?.closest<HTMLElement>('.rt-row') : undefined

  const isAt = (end: SelectionEnd, node: Node | null, offset: number): boolean =>
    end.node === node && end.offset === offset

  /** An end in the line of `node`; where that is in no row, it stays in the line of `before`. */
  function endAt(node: Node | null, offset: number, before: SelectionEnd | undefined): SelectionEnd | undefined {
    const row = rowAt(node)
    return row ? { node, offset, seq: Number(row.dataset['seq']) } : before
  }

  /** Hears of what the reader did; must not come after rows were painted over, so it comes before that, too. */
  function read(): void {
    const selection = selectionIn(layer.value)
    if (!selection || (!ends && selection.rangeCount === 0)) return
    const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = selection
    const isFocusKept = ends !== undefined && isAt(ends[1], focusNode, focusOffset)
    if (isFocusKept && ends && isAt(ends[0], anchorNode, anchorOffset)) return
    const isSelecting = !isCollapsed && Boolean(rowAt(anchorNode) || rowAt(focusNode))
    const anchor = isAdrift && ends ? ends[0] : endAt(anchorNode, anchorOffset, ends?.[0])
    const focus = isFocusKept ? ends?.[1] : endAt(focusNode, focusOffset, ends?.[1])
    ends = isSelecting && anchor && focus ? [anchor, focus] : undefined
    isAdrift &&= ends !== undefined
    selected.value = ends && rowsBetween(ends)
    if (isSelecting === wasSelecting) return
    wasSelecting = isSelecting
    tell(isSelecting)
  }

  function rowsBetween([anchor, focus]: NonNullable<typeof ends>): SelectedRows {
    const [first, last] = anchor.seq <= focus.seq ? [anchor, focus] : [focus, anchor]
    const message = messageAt(anchor.node)
    const isWithinMessage = first.seq === last.seq && message !== null && message === messageAt(focus.node)
    const lastRow = rowAt(last.node)
    const isOnlyTouched =
      first.seq < last.seq && Number(lastRow?.dataset['seq']) === last.seq && isAtStart(last, lastRow)
    return { from: first.seq, to: isOnlyTouched ? last.seq - 1 : last.seq, isWithinMessage }
  }

  /** What painting did to the selection is not the reader's doing. */
  function keep(): void {
    const selection = selectionIn(layer.value)
    if (!ends || !selection) return
    const [anchor, focus] = ends
    isAdrift = Number(rowAt(selection.anchorNode)?.dataset['seq']) !== anchor.seq
    ends = [
      { ...anchor, node: selection.anchorNode, offset: selection.anchorOffset },
      { ...focus, node: selection.focusNode, offset: selection.focusOffset },
    ]
  }

  watch(painted, read)
  watch(painted, keep, { flush: 'post' })
  onMounted(() => document.addEventListener('selectionchange', read))
  onScopeDispose(() => document.removeEventListener('selectionchange', read))

  return {
    /** A press begins a new selection, or extends this one with Shift. */
    onPointerDown(event: PointerEvent): void {
      if (event.button === 0 && !event.shiftKey) isAdrift = false
    },
    /** What is painted as selected; may be a moment old. */
    selected,
    selectedRows(): SelectedRows | undefined {
      read()
      return selected.value
    },
  }
}

/** Whether nothing of `row` is selected before its end of the selection: a triple click leaves it so. */
function isAtStart({ node, offset }: SelectionEnd, row: HTMLElement | null | undefined): boolean {
  if (!row || !node) return false
  const inRow = document.createRange()
  // The line's number cannot be selected; narrow panels hide more.
  inRow.setStart(Array.from(row.children).find(isSelectable) ?? row, 0)
  inRow.setEnd(node, offset)
  return inRow.toString() === ''
}

function isSelectable(cell: Element): boolean {
  const { userSelect, display } = getComputedStyle(cell)
  return userSelect !== 'none' && display !== 'none'
}

function messageAt(node: Node | null): Element | null {
  return elementOf(node)?.closest('.rt-row-message') ?? null
}

function elementOf(node: Node | null): Element | null {
  return node instanceof Element ? node : (node?.parentElement ?? null)
}
