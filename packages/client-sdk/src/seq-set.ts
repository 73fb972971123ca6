// Ranges of seqs enter and leave again, what is in none of them is told: a set kept as its ranges, lowest first, no two of them touching. Pure.

import type { SeqRange } from '@runtail/core'

/** A set of seqs of which neighbours come together, so that a million of them are a few ranges. */
export class SeqSet {
  #ranges: SeqRange[] = []

  /** Lowest first; not changed by what is added later. */
  get ranges(): readonly SeqRange[] {
    return this.#ranges.slice()
  }

  add({ from, to }: SeqRange): void {
    // What touches it becomes one with it.
    const start = this.#indexOf(from - 1)
    const end = this.#indexAfter(to + 1, start)
    const first = this.#ranges[start]
    const last = this.#ranges[end - 1]
    const isAlone = start === end
    const whole = {
      from: isAlone || !first ? from : Math.min(from, first.from),
      to: isAlone || !last ? to : Math.max(to, last.to),
    }
    this.#ranges.splice(start, end - start, whole)
  }

  remove({ from, to }: SeqRange): void {
    const start = this.#indexOf(from)
    const end = this.#indexAfter(to, start)
    const [first, last] = [this.#ranges[start], this.#ranges[end - 1]]
    const left: SeqRange[] = []
    if (start < end && first && first.from < from) left.push({ from: first.from, to: from - 1 })
    if (start < end && last && last.to > to) left.push({ from: to + 1, to: last.to })
    this.#ranges.splice(start, end - start, ...left)
  }

  /** What of a range is not in the set, lowest first. */
  missing({ from, to }: SeqRange): SeqRange[] {
    const missing: SeqRange[] = []
    let next = from
    for (let index = this.#indexOf(from); next <= to; index += 1) {
      const range = this.#ranges[index]
      const end = Math.min(to, range ? range.from - 1 : to)
      if (end >= next) missing.push({ from: next, to: end })
      if (!range) break
      next = range.to + 1
    }
    return missing
  }

  clear(): void {
    this.#ranges = []
  }

  /** The first range that ends at or after `seq`; nearly always the last one is meant. */
  #indexOf(seq: number): number {
    let index = this.#ranges.length
    while (index > 0 && (this.#ranges[index - 1] as SeqRange).to >= seq) index -= 1
    return index
  }

  /** The first range, at `start` or after, that begins after `seq`. */
  #indexAfter(seq: number, start: number): number {
    let index = start
    while (index < this.#ranges.length && (this.#ranges[index] as SeqRange).from <= seq) index += 1
    return index
  }
}
