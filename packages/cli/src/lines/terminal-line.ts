// Text that moves back over its own line enters (carriage returns, backspaces, erasing), what a terminal would finally show leaves.

interface Cell {
  /** A character with what combines with it; empty in the second cell of a wide one. */
  text: string
  /** The colour sequences in force, joined. */
  style: string
}

/** A CSI sequence, a shorter or longer escape sequence, or one character. */
// oxlint-disable-next-line no-control-regex -- control characters are the subject
const TOKENS = /\u001B\[([\d;:]*)([A-Za-z])|\u001B(?:\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\[[^@-~]*[@-~]?|.)?|[^]/gu
const COMBINING = /^[\p{M}\u200D]$/u
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]$/u
const RESET = '\u001B[0m'
/** More colour sequences than that without a reset are noise. */
const MAX_STYLE_LENGTH = 128
/** The column that a cursor movement reaches at most beyond what is written. */
const MAX_JUMP = 1000

/** One line of a terminal of unlimited width. Colours are kept, other sequences do what they do or are dropped. */
export class TerminalLine {
  readonly #cells: Cell[] = []
  #column = 0
  #style = ''

  /** Writes over what is there, from where the last text ended. */
  write(text: string): void {
    for (const [token, parameters, command] of text.matchAll(TOKENS)) {
      if (command !== undefined) this.#control(command, parameters ?? '')
      else if (token === '\r') this.#column = 0
      else if (token === '\b') this.#column = Math.max(0, this.#column - 1)
      else if (token === '\t') this.#column = (Math.floor(this.#column / 8) + 1) * 8
      else if (!token.startsWith('\u001B')) this.#print(token)
    }
  }

  /** What stands there now, without the blanks at its end. */
  toString(): string {
    let text = ''
    let style = ''
    for (const cell of this.#cells.slice(0, this.#visibleLength())) {
      if (cell.style !== style) text += (style === '' ? '' : RESET) + cell.style
      style = cell.style
      text += cell.text
    }
    return style === '' ? text : text + RESET
  }

  #print(character: string): void {
    const before = this.#cells[this.#column - 1]
    if (COMBINING.test(character) && before) {
      before.text += character
      return
    }
    this.#put(character)
    if (WIDE.test(character)) this.#put('')
  }

  #put(text: string): void {
    const at = this.#column
    this.#fillTo(at)
    const previous = this.#cells[at - 1]
    // Half of a wide character cannot stay.
    if (text !== '' && this.#cells[at]?.text === '' && previous) previous.text = ' '
    const next = this.#cells[at + 1]
    if (next?.text === '') next.text = ' '
    this.#cells[at] = { text, style: this.#style }
    this.#column = at + 1
  }

  #control(command: string, parameters: string): void {
    const count = Number.parseInt(parameters, 10) || 0
    if (command === 'm') this.#color(parameters)
    else if (command === 'K') this.#erase(count)
    else if (command === 'G') this.#column = Math.max(0, count - 1)
    else if (command === 'C') this.#column += Math.max(1, count)
    else if (command === 'D') this.#column = Math.max(0, this.#column - Math.max(1, count))
    // A jump must not make a line of any length.
    this.#column = Math.min(this.#column, Math.max(this.#cells.length, MAX_JUMP))
  }

  #color(parameters: string): void {
    const resets = /^0*$/.test(parameters)
    const sequence = `\u001B[${parameters}m`
    if (resets || this.#style.length + sequence.length > MAX_STYLE_LENGTH) this.#style = resets ? '' : sequence
    else this.#style += sequence
  }

  /** 0: from here to the end, 1: from the beginning to here, 2: all. */
  #erase(what: number): void {
    if (what === 0) this.#cells.length = Math.min(this.#cells.length, this.#column)
    else if (what === 2) this.#cells.length = 0
    else {
      this.#fillTo(this.#column + 1)
      for (let at = 0; at <= this.#column; at += 1) this.#cells[at] = blank()
    }
  }

  #fillTo(length: number): void {
    while (this.#cells.length < length) this.#cells.push(blank())
  }

  #visibleLength(): number {
    return this.#cells.findLastIndex((cell) => cell.text !== ' ' || cell.style !== '') + 1
  }
}

function blank(): Cell {
  return { text: ' ', style: '' }
}
