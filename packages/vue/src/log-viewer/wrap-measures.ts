// Wrapped rows on the page enter, how they came out leaves: characters in a line, and the height of each line's row.

import type { MeasuredLine } from './viewport-rows.ts'

/** The column of levels is so many characters wide: a ruler that every row has. */
const RULER_CHARACTERS = 5

/** Undefined while no line is painted. */
export function wrapMeasures(
  viewport: HTMLElement,
): { readonly columns: number; readonly lines: readonly MeasuredLine[] } | undefined {
  const text = viewport.querySelector('.rt-row-text')
  const ruler = viewport.querySelector('.rt-row-level')
  if (!text || !ruler) return undefined
  const characterPx = ruler.getBoundingClientRect().width / RULER_CHARACTERS
  const columns = Math.max(1, Math.floor(text.getBoundingClientRect().width / characterPx + 0.01))
  const lines = [...viewport.querySelectorAll<HTMLElement>('.rt-row-line')].map((row) => ({
    seq: Number(row.dataset['seq']),
    heightPx: row.getBoundingClientRect().height,
  }))
  return { columns, lines }
}
