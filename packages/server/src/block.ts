// Stored JSON texts of neighbouring logs enter, a block leaves that writes itself once for all followers and is never parsed on the way out.

import type { ExecutionLog } from '@runtail/core'

/**
 * Logs `from`, `from + 1`, … of one execution, as the JSON texts that the store gave.
 * It stands where an `ExecutionLog[]` stands in an answer: `JSON.stringify` of it gives the array, and so does {@link LogBlock.json}, which
 * costs one join however many followers there are. Shared between followers, so it never changes.
 */
export class LogBlock {
  readonly from: number
  readonly lines: readonly string[]
  #bytes: number | undefined

  constructor(from: number, lines: readonly string[]) {
    this.from = from
    this.lines = lines
  }

  /** How many logs it has. */
  get count(): number {
    return this.lines.length
  }

  /** The seq of the last log; `from - 1` where the block is empty. */
  get to(): number {
    return this.from + this.count - 1
  }

  /** Bytes of the lines in UTF-8. */
  get bytes(): number {
    this.#bytes ??= this.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    return this.#bytes
  }

  /** The JSON text of the array of logs; joined anew each time, so that nobody keeps it by keeping the block. */
  get json(): string {
    return `[${this.lines.join(',')}]`
  }

  /** The part after `seq`; the block itself, still shared, where that is all of it. */
  after(seq: number): LogBlock {
    return seq < this.from ? this : new LogBlock(seq + 1, this.lines.slice(seq + 1 - this.from))
  }

  /** One block of this and its neighbour, which begins where this ends. */
  joinedBy(next: LogBlock): LogBlock {
    return new LogBlock(this.from, [...this.lines, ...next.lines])
  }

  /** What `JSON.stringify` writes where no encoder of ours stands between (HTTP answers, callers in the process). */
  toJSON(): ExecutionLog[] {
    return JSON.parse(this.json) as ExecutionLog[]
  }
}
