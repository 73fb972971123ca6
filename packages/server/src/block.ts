// Stored JSON texts of neighbouring logs enter, a block leaves that writes itself once for all followers and is never parsed on the way out.

import type { ExecutionLog } from '@runtail/core'

/** Texts as they go out: in UTF-8, a comma between each and the next. */
export interface JoinedTexts {
  readonly joined: Buffer
  /** Bytes of each text. */
  readonly lengths: readonly number[]
}

/**
 * Logs `from`, `from + 1`, … of one execution, as the JSON texts that the store gave, one by one or joined.
 * It stands where an `ExecutionLog[]` stands in an answer: `JSON.stringify` of it gives the array, and so does {@link LogBlock.json}, which
 * costs one join however many followers there are. Shared between followers, so what it says never changes.
 */
export class LogBlock {
  readonly from: number
  #texts: readonly string[] | JoinedTexts
  #lengths: readonly number[] | undefined

  constructor(from: number, texts: readonly string[] | JoinedTexts) {
    this.from = from
    this.#texts = texts
  }

  /** How many logs it has. */
  get count(): number {
    return isJoined(this.#texts) ? this.#texts.lengths.length : this.#texts.length
  }

  /** The seq of the last log; `from - 1` where the block is empty. */
  get to(): number {
    return this.from + this.count - 1
  }

  /** Bytes of the texts in UTF-8. */
  get bytes(): number {
    return sum(this.#bytesOfEach())
  }

  /** The texts, one by one. */
  get lines(): readonly string[] {
    if (!isJoined(this.#texts)) return this.#texts
    const { joined, lengths } = this.#texts
    let end = -1
    return lengths.map((length) => joined.toString('utf8', end + 1, (end += length + 1)))
  }

  /** The JSON text of the array of logs; made anew each time, so that nobody keeps it by keeping the block. */
  get json(): string {
    return `[${isJoined(this.#texts) ? this.#texts.joined.toString() : this.#texts.join(',')}]`
  }

  /**
   * That JSON text between two others, in UTF-8, behind as many bytes as are to be free. From then on the block's own texts are a part of it: whoever keeps
   * both keeps them once.
   */
  between(before: string, after: string, freeBytes = 0): Buffer {
    const lengths = this.#bytesOfEach()
    const start = freeBytes + Buffer.byteLength(before) + 1
    const end = start + sum(lengths) + Math.max(0, lengths.length - 1)
    const whole = Buffer.allocUnsafe(end + 1 + Buffer.byteLength(after))
    whole.write(`${before}[`, freeBytes)
    if (isJoined(this.#texts)) this.#texts.joined.copy(whole, start)
    else whole.write(this.#texts.join(','), start)
    whole.write(`]${after}`, end)
    this.#texts = { joined: whole.subarray(start, end), lengths }
    return whole
  }

  /** The part after `seq`; the block itself, still shared, where that is all of it. */
  after(seq: number): LogBlock {
    return seq < this.from ? this : new LogBlock(seq + 1, this.#textsFrom(seq + 1 - this.from))
  }

  /** One block of this and its neighbour, which begins where this ends. */
  joinedBy(next: LogBlock): LogBlock {
    if (isJoined(this.#texts) || isJoined(next.#texts)) {
      return new LogBlock(this.from, joinTexts([this.#joined(), next.#joined()]))
    }
    return new LogBlock(this.from, [...this.#texts, ...next.#texts])
  }

  /** What `JSON.stringify` writes where no encoder of ours stands between (HTTP answers, callers in the process). */
  toJSON(): ExecutionLog[] {
    return JSON.parse(this.json) as ExecutionLog[]
  }

  #textsFrom(index: number): readonly string[] | JoinedTexts {
    if (!isJoined(this.#texts)) return this.#texts.slice(index)
    const { joined, lengths } = this.#texts
    return { joined: joined.subarray(sum(lengths.slice(0, index)) + index), lengths: lengths.slice(index) }
  }

  #joined(): JoinedTexts {
    if (isJoined(this.#texts)) return this.#texts
    return { joined: Buffer.from(this.#texts.join(',')), lengths: this.#bytesOfEach() }
  }

  #bytesOfEach(): readonly number[] {
    if (isJoined(this.#texts)) return this.#texts.lengths
    this.#lengths ??= this.#texts.map((line) => Buffer.byteLength(line))
    return this.#lengths
  }
}

const COMMA = Buffer.from(',')

/** All of them as one; itself, not copied, where only one holds anything. */
function joinTexts(all: readonly JoinedTexts[]): JoinedTexts {
  const parts = all.filter(({ lengths }) => lengths.length > 0)
  const [only, ...others] = parts
  if (only && others.length === 0) return only
  return {
    joined: Buffer.concat(parts.flatMap(({ joined }, index) => (index === 0 ? [joined] : [COMMA, joined]))),
    lengths: parts.flatMap(({ lengths }) => lengths),
  }
}

function isJoined(texts: readonly string[] | JoinedTexts): texts is JoinedTexts {
  return 'joined' in texts
}

function sum(numbers: readonly number[]): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
