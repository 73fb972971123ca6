// Times enter, quantiles leave, within 3 % and however many there were: a histogram whose buckets grow by a constant factor. Pure.

const FACTOR = 1.05

/** Milliseconds. */
export class Latencies {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #sumMs = 0

  get count(): number {
    return this.#count
  }

  get sumMs(): number {
    return this.#sumMs
  }

  add(ms: number): void {
    const bucket = Math.round(Math.log(Math.max(ms, 0.001)) / Math.log(FACTOR))
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count += 1
    this.#sumMs += ms
  }

  /** What so large a part of all stayed within; undefined where there was none. @param part from 0 to 1 */
  quantile(part: number): number | undefined {
    let rest = Math.ceil(part * this.#count)
    for (const [bucket, count] of [...this.#buckets].toSorted(([a], [b]) => a - b)) {
      rest -= count
      if (rest <= 0) return FACTOR ** bucket
    }
    return undefined
  }
}
