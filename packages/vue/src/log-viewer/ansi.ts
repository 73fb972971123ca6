// A message with ANSI colours enters, runs of equally styled text leave; what is text stays text, whatever it holds, and never becomes HTML.

import { applySgr, PLAIN, type Colour, type Style } from './sgr.ts'

/** A run of text with one style. */
export interface AnsiRun {
  readonly text: string
  /** Class names of the style sheet; empty for plain text. */
  readonly classes: readonly string[]
  /** `r, g, b` of a colour beyond the sixteen named ones; made legible by the style sheet. */
  readonly foreground?: string
  readonly background?: string
  /** Whether it is what was searched for. */
  readonly isMarked?: boolean
}

/** A line of nothing but escapes must not become thousands of elements: what follows this many runs is plain. */
const MAX_RUNS = 200

/**
 * Every whole sequence: `ESC [ … m` with its parameters, others of that kind (also one that was cut off at the end), titles and
 * hyperlinks, character sets. A title that never ends is no sequence: it would hide the rest of the line.
 */
const SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  /\u001b(?:\[([\d;:]*)m|\[[0-?]*[ -/]*(?:[@-~]|$)|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])/g
/** Characters that would be invisible, or turn the direction of what stands around them. Tab and line feed stay. */
// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The runs of `text`; adjacent runs of one style are one. */
export function ansiRuns(text: string): AnsiRun[] {
  const runs: AnsiRun[] = []
  let style = PLAIN
  let from = 0
  for (const match of text.matchAll(SEQUENCES)) {
    append(runs, text.slice(from, match.index), style)
    from = match.index + match[0].length
    if (match[1] !== undefined) style = runs.length < MAX_RUNS ? applySgr(style, match[1]) : PLAIN
  }
  append(runs, text.slice(from), style)
  return runs
}

/** The text alone. */
export function withoutAnsi(text: string): string {
  return ansiRuns(text)
    .map((run) => run.text)
    .join('')
}

function append(runs: AnsiRun[], text: string, style: Style): void {
  if (text === '') return
  const run = { text: visible(text), ...lookOf(style) }
  const last = runs.at(-1)
  const isSame =
    last !== undefined &&
    last.foreground === run.foreground &&
    last.background === run.background &&
    last.classes.join() === run.classes.join()
  if (isSame) runs[runs.length - 1] = { ...last, text: last.text + run.text }
  else runs.push(run)
}

function lookOf({ foreground, background, decorations }: Style): Omit<AnsiRun, 'text'> {
  return {
    classes: [
      ...decorations.map((decoration) => `rt-ansi-${decoration}`),
      ...classOf('fg', foreground),
      ...classOf('bg', background),
    ],
    ...(typeof foreground === 'string' ? { foreground } : {}),
    ...(typeof background === 'string' ? { background } : {}),
  }
}

function classOf(ground: 'fg' | 'bg', colour: Colour | undefined): string[] {
  if (colour === undefined) return []
  return [typeof colour === 'number' ? `rt-ansi-${ground}-${colour}` : `rt-ansi-${ground}-rgb`]
}

/** Control characters as their pictures, marks of direction as a replacement character; both are seen then. */
function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x24_00 + code) : '\ufffd'
  })
}
