// Rows and matches enter, which of the pixels beside the scrollbar have one leaves; the work grows with the pixels, not with the lines. Pure.

import type { LogMatches } from '@runtail/core'
import type { RowMap, RowTarget } from './row-map.ts'

/** For each of `px` pixels 1 where a match lies in the rows that it stands for, else 0. The matches are among the rows. */
export function marksOf(matches: LogMatches, rows: RowMap, px: number): Uint8Array {
  const marks = new Uint8Array(px)
  const { rowCount } = rows
  for (let index = 0; index < matches.count;) {
    const pixel = Math.floor((rows.rowOf(matches.at(index) ?? 0) * px) / rowCount)
    marks[pixel] = 1
    // On to what lies in the first row of the next pixel.
    const next = Math.ceil(((pixel + 1) * rowCount) / px)
    if (!(next < rowCount)) break
    index = Math.max(index + 1, matches.indexOf(seqOf(rows.targetOf(next))))
  }
  return marks
}

/** The line of a row, or the first that it stands for. */
export function seqOf(target: RowTarget): number {
  return target.kind === 'log' ? target.seq : target.gap.from
}
