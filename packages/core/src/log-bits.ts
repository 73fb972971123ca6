// Slots of one chunk enter in any order, ranks and the n-th slot leave; one bit a slot, so that a million matches cost 125 KB and no sorting.

import { CHUNK_SLOTS } from './log-chunk.ts'

const WORD = 32

/** A set of the slots of a chunk. */
export class SlotBits {
  readonly #words = new Uint32Array(CHUNK_SLOTS / WORD)
  #count = 0

  /** How many slots are in the set. */
  get count(): number {
    return this.#count
  }

  /** Adds a slot that is not in the set. */
  add(slot: number): void {
    this.#words[slot >>> 5] = this.#word(slot >>> 5) | (1 << (slot & 31))
    this.#count += 1
  }

  /** Whether a slot is in the set. */
  has(slot: number): boolean {
    return (this.#word(slot >>> 5) & (1 << (slot & 31))) !== 0
  }

  /** How many slots of the set lie before `slot`. */
  rank(slot: number): number {
    let rank = bitCount(this.#word(slot >>> 5) & ((1 << (slot & 31)) - 1))
    for (let index = 0; index < slot >>> 5; index += 1) rank += bitCount(this.#word(index))
    return rank
  }

  /** The slot with `rank` slots of the set before it, for 0 ≤ rank < count. */
  select(rank: number): number {
    let index = 0
    let left = rank
    for (let bits = bitCount(this.#word(0)); left >= bits; bits = bitCount(this.#word(index))) {
      left -= bits
      index += 1
    }
    let word = this.#word(index)
    // Drop the lowest bit, as often as there are some before ours.
    for (; left > 0; left -= 1) word &= word - 1
    return index * WORD + (31 - Math.clz32(word & -word))
  }

  #word(index: number): number {
    return this.#words[index] ?? 0
  }
}

/** How many bits of a 32-bit word are set: sums of neighbouring pairs, fours, then bytes. */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
