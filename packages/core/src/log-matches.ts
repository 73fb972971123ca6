// A buffer and a query enter, the seqs that match leave in order; what arrives later, wherever it belongs, is found by the next `advance`.

import type { LogBuffer } from './log-buffer.ts'
import type { LogLevel } from './log.ts'

/** Which logs are meant; every part that is given must hold. */
export interface LogQuery {
  readonly levels?: readonly LogLevel[]
  /** Values of `step_name`. */
  readonly steps?: readonly string[]
  /** Tested against the message, then against `error_message`; the flags `g` and `y` mean nothing here. */
  readonly text?: RegExp
}

/** The seqs of a buffer that match a query, in order; grows with the buffer, in whatever order lines arrive. */
export class LogMatches {
  readonly #logs: LogBuffer
  readonly #query: LogQuery
  readonly #text: RegExp | undefined
  #seqs: number[] = []
  #scanned = 0

  constructor(logs: LogBuffer, query: LogQuery) {
    this.#logs = logs
    this.#query = query
    this.#text = query.text && new RegExp(query.text.source, query.text.flags.replaceAll(/[gy]/g, ''))
  }

  /** Matches found so far. */
  get count(): number {
    return this.#seqs.length
  }

  /** Logs looked at; equal to `logs.count` when nothing is left to look at. */
  get scanned(): number {
    return this.#scanned
  }

  /** The seq of a match; undefined unless 0 ≤ index < count. */
  at(index: number): number | undefined {
    return this.#seqs[index]
  }

  /** The index of the first match at or after `seq`; `count` where there is none. */
  indexOf(seq: number): number {
    const index = this.#seqs.findIndex((match) => match >= seq)
    return index < 0 ? this.#seqs.length : index
  }

  /** Whether the log at `seq` was looked at and matches. */
  has(seq: number): boolean {
    return this.#seqs.includes(seq)
  }

  /**
   * Looks at what was put since, piece by piece, until nothing is left (true) or `shouldStop()` says so (false); what is near `nearSeq` comes first.
   */
  advance(_options: { readonly shouldStop?: () => boolean; readonly nearSeq?: number } = {}): boolean {
    if (this.#scanned === this.#logs.count) return true
    this.#seqs = []
    for (let seq = this.#logs.first; seq <= this.#logs.last; seq += 1) if (this.#matches(seq)) this.#seqs.push(seq)
    this.#scanned = this.#logs.count
    return true
  }

  #matches(seq: number): boolean {
    const log = this.#logs.get(seq)
    if (!log) return false
    const { levels, steps } = this.#query
    if (levels && !levels.includes(log.level)) return false
    if (steps && !steps.includes(log.step_name)) return false
    const text = this.#text
    return !text || [log.message, log.error_message].some((spoken) => spoken !== undefined && text.test(spoken))
  }
}
