// The parameters of a terminal's "select graphic rendition" sequences (ECMA-48, with 256 and true colours) enter, the style after them leaves. Pure.

/** One of the sixteen named colours by its index, or any other as `r, g, b`. */
export type Colour = number | string

/** What sequences have set so far. */
export interface Style {
  readonly foreground?: Colour | undefined
  readonly background?: Colour | undefined
  readonly decorations: readonly Decoration[]
}

export type Decoration = 'bold' | 'dim' | 'italic' | 'underline' | 'reverse' | 'strikethrough'

/** How text looks at first. */
export const PLAIN: Style = { decorations: [] }

/** Blinking and hidden text are left out: nothing in a log should be restless, or invisible. */
const ON: Readonly<Record<number, Decoration>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'reverse',
  9: 'strikethrough',
  21: 'underline',
}
const OFF: Readonly<Record<number, readonly Decoration[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['reverse'],
  29: ['strikethrough'],
}

/** The style after a sequence with these parameters: `1;31`, `38;5;208`, `38:2::255:0:0`. What is unknown changes nothing. */
export function applySgr(before: Style, parameters: string): Style {
  const codes = parameters.split(';').flatMap(withoutColons)
  let style = before
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(at + 1))
      at += used
      if (colour !== undefined) style = withColour(style, code, colour)
    } else style = applyCode(style, code)
  }
  return style
}

function withColour(style: Style, code: 38 | 48, colour: Colour): Style {
  return code === 38 ? { ...style, foreground: colour } : { ...style, background: colour }
}

function applyCode(style: Style, code: number): Style {
  const on = ON[code]
  const off = OFF[code]
  if (code === 0) return PLAIN
  if (on) return { ...style, decorations: [...style.decorations.filter((known) => known !== on), on] }
  if (off) return { ...style, decorations: style.decorations.filter((known) => !off.includes(known)) }
  if (code === 39) return { ...style, foreground: undefined }
  if (code === 49) return { ...style, background: undefined }
  const named = code % 10
  if (named > 7) return style
  const tens = code - named
  if (tens === 30 || tens === 90) return { ...style, foreground: tens === 30 ? named : named + 8 }
  if (tens === 40 || tens === 100) return { ...style, background: tens === 40 ? named : named + 8 }
  return style
}

/** What follows 38 or 48, and how many codes that are. */
function extendedColour([mode, ...rest]: readonly number[]): [Colour | undefined, number] {
  if (mode === 5) return [paletteColour(rest[0] ?? 0), 2]
  if (mode === 2) return [[0, 1, 2].map((at) => Math.min(255, rest[at] ?? 0)).join(', '), 4]
  return [undefined, 1]
}

/** Of the 256: the sixteen named ones, a cube of 6 × 6 × 6, and 24 grays. */
function paletteColour(index: number): Colour | undefined {
  if (index < 16) return index
  if (index > 255) return undefined
  const gray = 8 + (index - 232) * 10
  if (index > 231) return `${gray}, ${gray}, ${gray}`
  const cube = index - 16
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40)
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level).join(', ')
}

/** `38:2::r:g:b`, with or without the colour space, is `38;2;r;g;b`; of `4:3`, a curly underline, the underline is kept. */
function withoutColons(parameter: string): number[] {
  const [code = '', ...rest] = parameter.split(':')
  if (rest.length === 0) return [Number(code)]
  if (code === '4') return [rest[0] === '0' ? 24 : 4]
  return [code, rest[0] ?? '', ...(rest[0] === '2' ? rest.slice(-3) : rest.slice(1))].map(Number)
}
