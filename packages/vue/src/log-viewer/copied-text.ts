// Selected rows enter, what is copied of them leaves: the whole text of each log, a gap as a gap, in the document or not. Pure.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { textOfRow } from './line-view.ts'
import type { RowMap } from './row-map.ts'

/** The rows from the one of `selected.from` to the one of `selected.to`. */
export function copiedText(logs: LogBuffer, map: RowMap, selected: SeqRange): string {
  const first = map.rowOf(selected.from)
  const count = map.rowOf(selected.to) - first + 1
  const textAt = (row: number): string => textOfRow(logs, map.targetOf(row))
  return Array.from({ length: count }, (_, index) => textAt(first + index)).join('\n')
}
