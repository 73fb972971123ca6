// The seqs held and the gaps between enter, rows leave: one per log, one per gap. A gap is a row of its own, so no loss is silent (invariant 5).

import type { SeqRange } from '@runtail/core'

/** What is held of an execution. */
export interface Held {
  /** The lowest seq held; 0 while nothing is. */
  readonly first: number
  /** The highest seq held. */
  readonly last: number
  /** Missing ranges between them, lowest first. */
  readonly gaps: readonly SeqRange[]
}

/** What stands in a row. */
export type RowTarget =
  | { readonly kind: 'log'; readonly seq: number }
  | { readonly kind: 'gap'; readonly gap: SeqRange }

/** A gap and the row that stands for it. */
interface PlacedGap {
  readonly row: number
  readonly gap: SeqRange
}

/** Rows of what is held, counted from 0; row and seq are found in both directions in O(log gaps). */
export class RowMap {
  readonly rowCount: number
  readonly #gaps: readonly PlacedGap[]

  constructor(held: Held) {
    const missing = held.first > 1 ? [{ from: 1, to: held.first - 1 }, ...held.gaps] : held.gaps
    let hidden = 0
    this.#gaps = missing.map((gap) => {
      const row = gap.from - 1 - hidden
      hidden += gap.to - gap.from
      return { row, gap }
    })
    this.rowCount = held.last - hidden
  }

  /** What stands in `row`, which must be below `rowCount`. */
  targetOf(row: number): RowTarget {
    const before = this.#lastGap((placed) => placed.row <= row)
    if (!before) return { kind: 'log', seq: row + 1 }
    if (before.row === row) return { kind: 'gap', gap: before.gap }
    return { kind: 'log', seq: before.gap.to + row - before.row }
  }

  /** The row of a seq: its log's, or that of the gap in which it is missing. */
  rowOf(seq: number): number {
    const before = this.#lastGap((placed) => placed.gap.from <= seq)
    if (!before) return seq - 1
    return seq <= before.gap.to ? before.row : before.row + seq - before.gap.to
  }

  /** Binary search: `isBefore` holds for the gaps up to some point. */
  #lastGap(isBefore: (placed: PlacedGap) => boolean): PlacedGap | undefined {
    let low = 0
    let high = this.#gaps.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const placed = this.#gaps[middle]
      if (placed && isBefore(placed)) low = middle + 1
      else high = middle
    }
    return this.#gaps[low - 1]
  }
}
