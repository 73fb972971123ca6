// What was written and what a follower got enter, with their times; what is missing, doubled, out of order or from nowhere leaves. Pure.

/** How the logs of one or more executions stand. */
export interface Counts {
  readonly sent: number
  readonly seen: number
  /** Not seen within the grace time, and not yet. */
  readonly missing: number
  /** Seen, but after the grace time. */
  readonly late: number
  readonly doubled: number
  readonly out_of_order: number
  /** Seen, but never sent. */
  readonly unknown: number
  /** How often the server said that its store had been wiped or restored. */
  readonly resets: number
}

interface Waiting {
  /** Undefined for a log that was seen once and lost its place by a reset. */
  readonly sentMs: number | undefined
  readonly dueMs: number
}

/** The logs of one execution: numbered 1, 2, 3 … by whoever writes them. */
export class Tally {
  readonly #graceMs: number
  /** What was sent and not seen, in the order in which it is due. */
  readonly #waiting = new Map<number, Waiting>()
  #sent = 0
  #highest = 0
  #late = 0
  #doubled = 0
  #outOfOrder = 0
  #unknown = 0
  #resets = 0

  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /** How many are still waited for. */
  get outstanding(): number {
    return this.#waiting.size
  }

  /** The number of the log that is written now. */
  send(nowMs: number): number {
    this.#sent += 1
    this.#waiting.set(this.#sent, { sentMs: nowMs, dueMs: nowMs + this.#graceMs })
    return this.#sent
  }

  /** Takes a log that a follower got; gives the milliseconds since it was sent where it is the first of its number. */
  see(number: number, nowMs: number): number | undefined {
    const waiting = this.#waiting.get(number)
    if (!waiting) {
      if (number >= 1 && number <= this.#sent) this.#doubled += 1
      else this.#unknown += 1
      return undefined
    }
    this.#waiting.delete(number)
    if (number < this.#highest) this.#outOfOrder += 1
    if (nowMs > waiting.dueMs) this.#late += 1
    this.#highest = Math.max(this.#highest, number)
    return waiting.sentMs === undefined ? undefined : nowMs - waiting.sentMs
  }

  /** Everything begins anew: what was seen is void, and has the grace time to come again. */
  reset(nowMs: number): void {
    this.#resets += 1
    this.#highest = 0
    const dueMs = nowMs + this.#graceMs
    for (let number = 1; number <= this.#sent; number += 1) {
      const { sentMs } = this.#waiting.get(number) ?? {}
      this.#waiting.delete(number)
      this.#waiting.set(number, { sentMs, dueMs })
    }
  }

  counts(nowMs: number): Counts {
    let missing = 0
    for (const { dueMs } of this.#waiting.values()) {
      if (dueMs >= nowMs) break
      missing += 1
    }
    return {
      sent: this.#sent,
      seen: this.#sent - this.#waiting.size,
      missing,
      late: this.#late,
      doubled: this.#doubled,
      out_of_order: this.#outOfOrder,
      unknown: this.#unknown,
      resets: this.#resets,
    }
  }
}

/** All executions together. */
export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (field: keyof Counts): number => counts.reduce((total, one) => total + one[field], 0)
  return {
    sent: sum('sent'),
    seen: sum('seen'),
    missing: sum('missing'),
    late: sum('late'),
    doubled: sum('doubled'),
    out_of_order: sum('out_of_order'),
    unknown: sum('unknown'),
    resets: sum('resets'),
  }
}

/** Whether the promise was kept: every log once, in order, and nothing else. */
export function isKept({ missing, doubled, out_of_order, unknown }: Counts): boolean {
  return missing + doubled + out_of_order + unknown === 0
}
