// Callbacks with times enter, the earliest leaves; equal times leave in the order in which they entered.

/** Something to be called; without a callback it was cancelled. */
export interface Entry {
  atMs: number
  order: number
  callback: (() => void) | undefined
}

/** A binary heap. */
export class Schedule {
  readonly #heap: Entry[] = []
  #order = 0

  add(atMs: number, callback: (() => void) | undefined): Entry {
    const entry = { atMs, order: 0, callback }
    return callback ? this.put(entry, atMs, callback) : entry
  }

  /** Puts an entry in that is not in. */
  put(entry: Entry, atMs: number, callback: () => void): Entry {
    this.#order += 1
    Object.assign(entry, { atMs, order: this.#order, callback })
    const heap = this.#heap
    let at = heap.push(entry) - 1
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(entry, heap[parent]); parent = (at - 1) >> 1) {
      this.#swap(at, parent)
      at = parent
    }
    return entry
  }

  /** The earliest entry at or before the time. */
  takeUntil(atMs: number): Entry | undefined {
    for (;;) {
      const first = this.#heap[0]
      if (!first || (first.callback && first.atMs > atMs)) return undefined
      this.#removeFirst()
      if (first.callback) return first
    }
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    heap[0] = last
    for (let at = 0; ;) {
      const left = 2 * at + 1
      const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left
      if (!isBefore(heap[least], heap[at])) return
      this.#swap(at, least)
      at = least
    }
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap
    const entry = heap[one] as Entry
    heap[one] = heap[other] as Entry
    heap[other] = entry
  }
}

function isBefore(one: Entry | undefined, other: Entry | undefined): boolean {
  if (!one || !other) return one !== undefined
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}
