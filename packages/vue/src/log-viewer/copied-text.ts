// Selected rows enter, what is copied of them leaves: a line per row, a gap as a gap, in the document or not. Pure.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { textOfRow } from './line-view.ts'
import type { RowMap } from './row-map.ts'

/** The rows from the one of `selected.from` to the one of `selected.to`, as lines; whole messages where rows are wrapped. */
export function copiedText(logs: LogBuffer, map: RowMap, selected: SeqRange & { readonly isWrapped: boolean }): string {
  const first = map.rowOf(selected.from)
  const count = map.rowOf(selected.to) - first + 1
  const textAt = (row: number): string => textOfRow(logs, map.targetOf(row), selected.isWrapped)
  return Array.from({ length: count }, (_, index) => textAt(first + index)).join('\n')
}
