// A message with ANSI colours enters, runs of equally styled text leave; what is text stays text, whatever it holds, and never becomes HTML.

import Anser from 'anser'

/** A run of text with one style. */
export interface AnsiRun {
  readonly text: string
  /** Class names of the style sheet; empty for plain text. */
  readonly classes: readonly string[]
  /** `r, g, b` of a colour beyond the sixteen named ones; made legible by the style sheet. */
  readonly foreground?: string
  readonly background?: string
}

/** A line of nothing but escapes must not become thousands of elements: what follows this many runs is plain. */
const MAX_RUNS = 200

const ESCAPE = '\u001b'
/** Whole sequences of other kinds than `ESC [`: titles, hyperlinks, character sets; and one of that kind that was cut off. */
const OTHER_SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  /\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]+[0-~]|[0-OQ-WYZ\\`-~]|\[[0-?]*[ -/]*$)/g
/** Characters that would be invisible, or turn the direction of what stands around them. Tab and line feed stay. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The runs of `text`; adjacent runs of one style are one. */
export function ansiRuns(text: string): AnsiRun[] {
  if (!text.includes(ESCAPE)) return text === '' ? [] : [{ text: visible(text), classes: [] }]
  const parser = new Anser()
  const [plain = '', ...chunks] = text.replace(OTHER_SEQUENCES, '').split(`${ESCAPE}[`)
  const runs: AnsiRun[] = plain === '' ? [] : [{ text: visible(plain), classes: [] }]
  chunks.forEach((chunk, index) => {
    // One chunk at a time: the parser goes on changing the array of decorations that it handed out before.
    const entry = parser.processChunkJson(chunk, { json: true, use_classes: true }, true)
    if (entry.content === '') return
    const style = index < MAX_RUNS ? styleOf(entry) : { classes: [] }
    append(runs, { text: visible(entry.content), ...style })
  })
  return runs
}

/** The text alone. */
export function withoutAnsi(text: string): string {
  return ansiRuns(text)
    .map((run) => run.text)
    .join('')
}

function append(runs: AnsiRun[], run: AnsiRun): void {
  const last = runs.at(-1)
  const isSame =
    last !== undefined &&
    last.foreground === run.foreground &&
    last.background === run.background &&
    last.classes.join() === run.classes.join()
  if (isSame) runs[runs.length - 1] = { ...last, text: last.text + run.text }
  else runs.push(run)
}

function styleOf(entry: Anser.AnserJsonEntry): Omit<AnsiRun, 'text'> {
  const foreground = colour(entry.fg, entry.fg_truecolor)
  const background = colour(entry.bg, entry.bg_truecolor)
  const classes = entry.decorations.map((decoration) => `rt-ansi-${decoration}`)
  if (foreground) classes.push(foreground.rgb ? 'rt-ansi-rgb-fg' : `rt-${foreground.name}-fg`)
  if (background) classes.push(background.rgb ? 'rt-ansi-rgb-bg' : `rt-${background.name}-bg`)
  return {
    classes,
    ...(foreground?.rgb ? { foreground: foreground.rgb } : {}),
    ...(background?.rgb ? { background: background.rgb } : {}),
  }
}

/** The sixteen named colours come as class names, the rest as an index of the 256 or as a true colour. */
function colour(name: string | null, trueColour: string): { name: string; rgb?: string } | undefined {
  if (!name) return undefined
  if (name === 'ansi-truecolor') return { name, rgb: trueColour }
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1]
  return index === undefined ? { name } : { name, rgb: paletteColour(Number(index)) }
}

/** The 6 × 6 × 6 cube and the 24 grays of the 256 colours. */
function paletteColour(index: number): string {
  if (index >= 232) {
    const gray = 8 + (index - 232) * 10
    return `${gray}, ${gray}, ${gray}`
  }
  const cube = index - 16
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40)
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(', ')
}

/** Control characters as their pictures, marks of direction as a replacement character; both are seen then. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x24_00 + code) : '\ufffd'
  })
}
