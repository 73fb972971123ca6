// Long texts in parts: nothing is lost, no part is too long, styles go on in the next.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ansiRuns } from '../../src/log-viewer/ansi.ts'
import { textParts } from '../../src/log-viewer/text-parts.ts'

test('parts joined are the text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 1, max: 20 }), (texts, length) => {
      const runs = texts.filter((text) => text !== '').map((text, index) => ({ text, classes: [`c${index}`] }))
      const parts = textParts(runs, length)
      expect(
        parts
          .flat()
          .map(({ text }) => text)
          .join(''),
      ).toBe(texts.join(''))
      const lengths = parts.map((part) => part.reduce((sum, { text }) => sum + text.length, 0))
      expect(lengths.slice(0, -1).every((size) => size === length)).toBe(true)
      expect(lengths.every((size) => size > 0 && size <= length)).toBe(true)
      for (const { text, classes } of parts.flat()) {
        expect(runs.find((run) => run.classes[0] === classes[0])?.text).toContain(text)
      }
    }),
  )
})

test('5 MB with colours', () => {
  const text = `\u001b[31m${'x'.repeat(5_000_000)}`
  const parts = textParts(ansiRuns(text), 8192)
  expect(parts).toHaveLength(Math.ceil(5_000_000 / 8192))
  expect(parts.every((part) => part[0]?.classes[0] === 'rt-ansi-fg-1')).toBe(true)
})
