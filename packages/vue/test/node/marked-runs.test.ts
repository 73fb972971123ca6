// Hits within coloured text: cut out of whatever run they lie in, and not a character is lost.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ansiRuns } from '../../src/log-viewer/ansi.ts'
import { markedRuns } from '../../src/log-viewer/marked-runs.ts'

const shown = (text: string, highlight: RegExp | undefined): string =>
  markedRuns(ansiRuns(text), highlight)
    .map((run) => (run.isMarked ? `[${run.text}]` : run.text) + (run.classes.length > 0 ? '*' : ''))
    .join('|')

test.each([
  ['nothing here', /x/, 'nothing here'],
  ['an error and an Error', /error/gi, 'an |[error]| and an |[Error]'],
  ['over \u001b[31mtwo\u001b[0m styles', /r two s/, 'ove|[r ]|[two]*|[ s]|tyles'],
  ['all', /^.*$/, '[all]'],
  ['empty hits', /y*/, 'empt|[y]| hits'],
  ['aaa', /a/y, '[a]|[a]|[a]'],
])('%s, %s', (text, highlight, expected) => {
  expect(shown(text, highlight)).toBe(expected)
})

test('without a search, the very same runs', () => {
  const runs = ansiRuns('as it was')
  expect(markedRuns(runs, undefined)).toBe(runs)
  expect(markedRuns(runs, /never/)).toBe(runs)
})

test('whatever is searched for in whatever, the text stays what it is, and what is marked is what matches', () => {
  const piece = fc.constantFrom('a', 'b', 'ab', ' ', '\u001b[31m', '\u001b[0m', '\u001b[1m')
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom(/a/, /ab/, /b+/, /a b/, /aba/), (pieces, highlight) => {
      const runs = ansiRuns(pieces.join(''))
      const text = runs.map((run) => run.text).join('')
      const marked = markedRuns(runs, highlight)
      expect(marked.map((run) => run.text).join('')).toBe(text)
      const hits = [...text.matchAll(new RegExp(highlight, 'g'))].map(([hit]) => hit).join('')
      const painted = marked.filter((run) => run.isMarked).map((run) => run.text)
      expect(painted.join('')).toBe(hits)
      expect(marked.every((run) => run.text !== '')).toBe(true)
    }),
  )
})
