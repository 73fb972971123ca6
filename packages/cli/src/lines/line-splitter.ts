// Bytes of a program's output enter in any pieces, its lines leave: the same ones however the bytes were cut, and nothing of them is lost.

import { TerminalLine } from './terminal-line.ts'

/** One line without its end, or a part of a long one. */
export interface Line {
  readonly text: string
  /** More of the same line follows in the next one. */
  readonly continues: boolean
}

/** Options of {@link LineSplitter}. */
export interface LineSplitterOptions {
  /** UTF-16 units after which a line is cut into parts. @default 65536 */
  readonly maxLength?: number
}

/** Short enough that a message of the worst characters stays below the limit of a log's bytes. */
export const MAX_LINE_LENGTH = 65_536

/**
 * Splits at `\n`. UTF-8 may be cut anywhere. A line that was written over (`\r`, as progress bars do) is what a terminal would finally show
 * of it; `\r` before `\n` belongs to the line's end. The last line needs no end, but has to wait for {@link LineSplitter.end}.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #maxLength: number
  /** What came since the last line's end or carriage return. */
  #open = ''
  /** A carriage return came; what follows decides whether it belongs to the line's end. */
  #returned = false
  /** What the open line showed before its last carriage return. */
  #under: TerminalLine | undefined

  constructor(options: LineSplitterOptions = {}) {
    this.#maxLength = options.maxLength ?? MAX_LINE_LENGTH
  }

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): Line[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** The last line, where it had no end. Nothing may be pushed afterwards. */
  end(): Line[] {
    const lines = this.#take(this.#decoder.decode())
    if (this.#open !== '' || this.#under) lines.push(...this.#finish())
    return lines
  }

  #take(text: string): Line[] {
    const lines: Line[] = []
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#write(text.slice(from, end), lines)
      lines.push(...this.#finish())
      from = end + 1
    }
    this.#write(text.slice(from), lines)
    return lines
  }

  /** Takes text without `\n`. */
  #write(text: string, lines: Line[]): void {
    let from = 0
    for (let end = text.indexOf('\r'); end !== -1; end = text.indexOf('\r', from)) {
      this.#extend(text.slice(from, end), lines)
      this.#returned = true
      from = end + 1
    }
    this.#extend(text.slice(from), lines)
  }

  /** Takes text without `\n` and `\r`. */
  #extend(text: string, lines: Line[]): void {
    if (text === '') return
    if (this.#returned) {
      this.#under ??= new TerminalLine()
      this.#under.write(`${this.#open}\r`)
      this.#open = ''
      this.#returned = false
    }
    this.#open += text
    // So long that it covers whatever it was written over.
    while (this.#open.length > this.#maxLength) {
      const cut = cutAt(this.#open, this.#maxLength)
      lines.push({ text: this.#open.slice(0, cut), continues: true })
      this.#open = this.#open.slice(cut)
      this.#under = undefined
    }
  }

  #finish(): Line[] {
    this.#under?.write(this.#open)
    const text = this.#under?.toString() ?? this.#open
    this.#open = ''
    this.#returned = false
    this.#under = undefined
    return linesOf(text, this.#maxLength)
  }
}

/** A text as one line, or as the parts of one where it is longer than `maxLength`. */
export function linesOf(text: string, maxLength: number): Line[] {
  const lines: Line[] = []
  let rest = text
  while (rest.length > maxLength) {
    const cut = cutAt(rest, maxLength)
    lines.push({ text: rest.slice(0, cut), continues: true })
    rest = rest.slice(cut)
  }
  lines.push({ text: rest, continues: false })
  return lines
}

/** Never between the two halves of a character. */
function cutAt(text: string, maxLength: number): number {
  const before = text.charCodeAt(maxLength - 1)
  return before >= 0xd8_00 && before <= 0xdb_ff ? maxLength - 1 : maxLength
}
