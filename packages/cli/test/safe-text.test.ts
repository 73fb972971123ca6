import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeText } from '../src/terminal/safe-text.ts'

const ESC = '\u001B'
// oxlint-disable-next-line no-control-regex -- control characters are the subject
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/

test.each([
  ['plain text and tabs', 'a\tb é 😀', 'a\tb é 😀'],
  ['colours, ended with the text', `${ESC}[1;31mred`, `${ESC}[1;31mred${ESC}[0m`],
  ['clearing the screen', `${ESC}[2Jx`, '␛[2Jx'],
  ['setting the title', `${ESC}]0;owned\u0007`, '␛]0;owned␇'],
  ['a link', `${ESC}]8;;http://x.test${ESC}\\here`, '␛]8;;http://x.test␛\\here'],
  ['8-bit sequences', '\u009B2J\u009D0;t\u009C', '\\x9b2J\\x9d0;t\\x9c'],
  ['moving back over what stands there', 'safe\b\b\b\brm\r', 'safe␈␈␈␈rm␍'],
  ['a line break', 'a\nb', 'a␊b'],
  ['null and delete', '\u0000\u007F', '␀␡'],
])('%s', (_what, text, expected) => {
  expect(safeText(text, { colors: true })).toBe(expected)
})

test('without colours they are taken out', () => {
  expect(safeText(`${ESC}[31mred${ESC}[0m ${ESC}[2J`, { colors: false })).toBe('red ␛[2J')
})

test('whatever comes, only colours can control the terminal', () => {
  const nasty = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(ESC, '[', '31m', 'm', '\u009B', ';', '2J', '\u0007')),
  )
  fc.assert(
    fc.property(nasty, (parts) => {
      const text = parts.join('')
      expect(safeText(text, { colors: false })).not.toMatch(CONTROLS)
      // oxlint-disable-next-line no-control-regex -- control characters are the subject
      expect(safeText(text, { colors: true }).replaceAll(/\u001B\[[\d;:]*m/g, '')).not.toMatch(CONTROLS)
    }),
  )
})
