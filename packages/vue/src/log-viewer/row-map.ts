// Which lines there are and which ranges stand for missing ones enter, rows leave: one per line, one per range. No loss is silent (invariant 5).

import type { SeqRange } from '@runtail/core'

/** Seqs in ascending order, addressed by index; the matches of a filter are such. */
export interface LineSeqs {
  readonly count: number
  at(index: number): number | undefined
  /** Of the first at or after `seq`; `count` where there is none. */
  indexOf(seq: number): number
}

/** What stands in a row. */
export type RowTarget =
  | { readonly kind: 'log'; readonly seq: number }
  | { readonly kind: 'gap'; readonly gap: SeqRange; readonly isLoadable: boolean }

/** Rows counted from 0; row and seq are found in both directions in O(log² n), and making one costs nothing. */
export class RowMap {
  readonly #lines: LineSeqs
  readonly #gaps: readonly SeqRange[]
  readonly #loadable: readonly SeqRange[]

  /** `lines` has none within the gaps, those that can never be had and those that can; each in ascending order. */
  constructor(lines: LineSeqs, gone: readonly SeqRange[], loadable: readonly SeqRange[] = []) {
    this.#lines = lines
    this.#gaps = loadable.length === 0 ? gone : [...gone, ...loadable].toSorted((one, other) => one.from - other.from)
    this.#loadable = loadable
  }

  get rowCount(): number {
    return this.#lines.count + this.#gaps.length
  }

  /** What stands in `row`, which must be below `rowCount`. */
  targetOf(row: number): RowTarget {
    const placed = this.#gapsTo(row)
    const gap = this.#gaps[placed - 1]
    if (gap && this.#rowOfGap(placed - 1, gap) === row) {
      return { kind: 'gap', gap, isLoadable: this.#loadable.includes(gap) }
    }
    return { kind: 'log', seq: this.#lines.at(row - placed) ?? 0 }
  }

  /** The seq of a line's row; 0 for that of a gap. */
  seqAt(row: number): number {
    const placed = this.#gapsTo(row)
    const gap = this.#gaps[placed - 1]
    return gap && this.#rowOfGap(placed - 1, gap) === row ? 0 : (this.#lines.at(row - placed) ?? 0)
  }

  /** How many rows begin before `seq`. */
  rowsBefore(seq: number): number {
    return this.#lines.indexOf(seq) + this.#gapsBefore(seq)
  }

  /** The sum of `measure` over all lines from `from` to before `to`, and 1 for each gap that begins there. */
  sumOver({ from, to }: SeqRange, measure: (seq: number) => number): number {
    let sum = this.#gapsBefore(to) - this.#gapsBefore(from)
    const end = this.#lines.indexOf(to)
    for (let index = this.#lines.indexOf(from); index < end; index += 1) sum += measure(this.#lines.at(index) ?? 0)
    return sum
  }

  /** The row of a seq: its line's, that of the gap in which it is missing, or else the next one. */
  rowOf(seq: number): number {
    const gap = this.#gaps[countWhile(this.#gaps.length, (index) => (this.#gaps[index]?.to ?? 0) < seq)]
    return this.rowsBefore(gap && gap.from < seq ? gap.from : seq)
  }

  #gapsBefore(seq: number): number {
    return countWhile(this.#gaps.length, (index) => (this.#gaps[index]?.from ?? 0) < seq)
  }

  /** How many gaps stand in the rows up to `row`. */
  #gapsTo(row: number): number {
    return countWhile(this.#gaps.length, (index) => {
      const gap = this.#gaps[index]
      return gap !== undefined && this.#rowOfGap(index, gap) <= row
    })
  }

  #rowOfGap(index: number, gap: SeqRange): number {
    return this.#lines.indexOf(gap.from) + index
  }
}

/** Every seq from 1 to `last` that is not in one of `gaps`. */
export function seqsBeside(gaps: readonly SeqRange[], last: number): LineSeqs {
  const hidden = [0]
  for (const { from, to } of gaps) hidden.push((hidden.at(-1) ?? 0) + to - from + 1)
  const hiddenBefore = (index: number): number => hidden[index] ?? 0
  const startOf = (index: number): number => gaps[index]?.from ?? 0
  return {
    count: last - hiddenBefore(gaps.length),
    at: (index) =>
      index + 1 + hiddenBefore(countWhile(gaps.length, (gap) => startOf(gap) - 1 - hiddenBefore(gap) <= index)),
    indexOf: (seq) => {
      const begun = countWhile(gaps.length, (gap) => startOf(gap) < seq)
      const ahead = Math.max(0, (gaps[begun - 1]?.to ?? 0) - seq + 1)
      return Math.min(seq, last + 1) - 1 - hiddenBefore(begun) + ahead
    },
  }
}

/** How many of the first `count` indexes hold, where those that do come first: a binary search. */
export function countWhile(count: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
