// ANSI colours become styled runs of text; nothing of a message is lost, hidden or made into anything but text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ansiRuns, withoutAnsi } from '../../src/log-viewer/ansi.ts'

const ESC = '\u001b'

describe('styles', () => {
  test.each([
    ['plain', [{ text: 'plain', classes: [] }]],
    ['', []],
    [
      `a ${ESC}[31mred${ESC}[0m b`,
      [
        { text: 'a ', classes: [] },
        { text: 'red', classes: ['rt-ansi-fg-1'] },
        { text: ' b', classes: [] },
      ],
    ],
    [`${ESC}[92;1mok`, [{ text: 'ok', classes: ['rt-ansi-bold', 'rt-ansi-fg-10'] }]],
    [`${ESC}[44mon blue`, [{ text: 'on blue', classes: ['rt-ansi-bg-4'] }]],
    [`${ESC}[38;5;9m9`, [{ text: '9', classes: ['rt-ansi-fg-9'] }]],
    [`${ESC}[38;5;208m208`, [{ text: '208', classes: ['rt-ansi-fg-rgb'], foreground: '255, 135, 0' }]],
    [`${ESC}[38;5;244mgray`, [{ text: 'gray', classes: ['rt-ansi-fg-rgb'], foreground: '128, 128, 128' }]],
    [`${ESC}[38;2;255;0;300mx`, [{ text: 'x', classes: ['rt-ansi-fg-rgb'], foreground: '255, 0, 255' }]],
    [`${ESC}[38:2::255:0:1mx`, [{ text: 'x', classes: ['rt-ansi-fg-rgb'], foreground: '255, 0, 1' }]],
    [`${ESC}[48:5:208mx`, [{ text: 'x', classes: ['rt-ansi-bg-rgb'], background: '255, 135, 0' }]],
    [`${ESC}[38;5;999;1mx`, [{ text: 'x', classes: ['rt-ansi-bold'] }]],
    [`${ESC}[4:3mcurly`, [{ text: 'curly', classes: ['rt-ansi-underline'] }]],
    [`${ESC}[1;2;22;3;9;29;31;39mx`, [{ text: 'x', classes: ['rt-ansi-italic'] }]],
    [`${ESC}[8mhidden${ESC}[5mblinking`, [{ text: 'hiddenblinking', classes: [] }]],
    [
      `${ESC}[31mred${ESC}[mplain`,
      [
        { text: 'red', classes: ['rt-ansi-fg-1'] },
        { text: 'plain', classes: [] },
      ],
    ],
    [`${ESC}[48;2;1;2;3mx`, [{ text: 'x', classes: ['rt-ansi-bg-rgb'], background: '1, 2, 3' }]],
  ])('%j', (text, runs) => {
    expect(ansiRuns(text)).toEqual(runs)
  })

  test('a decoration begins where it stands, not before', () => {
    expect(ansiRuns(`${ESC}[1mbold ${ESC}[4mboth`)).toEqual([
      { text: 'bold ', classes: ['rt-ansi-bold'] },
      { text: 'both', classes: ['rt-ansi-bold', 'rt-ansi-underline'] },
    ])
  })

  test('neighbours of one style are one run', () => {
    expect(ansiRuns(`${ESC}[31ma${ESC}[31mb`)).toEqual([{ text: 'ab', classes: ['rt-ansi-fg-1'] }])
  })
})

describe('other sequences', () => {
  test.each([
    [`${ESC}]0;title\u0007text`, 'text'],
    [`${ESC}]8;;http://example.org${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    [`${ESC}[2K${ESC}[1Gprogress`, 'progress'],
    [`${ESC}(Btext`, 'text'],
    [`cut ${ESC}[3`, 'cut '],
  ])('%j', (text, shown) => {
    expect(withoutAnsi(text)).toBe(shown)
  })

  test('a title that never ends hides nothing', () => {
    expect(withoutAnsi(`${ESC}]0;secret deed`)).toContain('secret deed')
  })
})

test('characters that would hide or reorder text are seen', () => {
  expect(withoutAnsi('a\u0000b\u0007\u202Ec\td')).toBe('a\u2400b\u2407\uFFFDc\td')
})

test('markup is text', () => {
  expect(ansiRuns('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>', classes: [] }])
})

test('a line of nothing but colours stays a bounded number of elements, with all of its text', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `${ESC}[${31 + (index % 6)}m${index % 10}`).join('')
  const runs = ansiRuns(text)
  expect(runs.length).toBeLessThan(300)
  expect(runs.map((run) => run.text).join('')).toHaveLength(5000)
})

test('visible characters are never lost', () => {
  const colour = fc.constantFrom('0', '1', '31', '97', '38;5;200', '48;2;9;9;9', '').map((code) => `${ESC}[${code}m`)
  const word = fc.string({ unit: fc.constantFrom('a', 'B', '7', ' ', '<', '&', 'ä', '[', ';', '€') })
  fc.assert(
    fc.property(fc.array(fc.oneof(colour, word)), (parts) => {
      const plain = parts.filter((part) => !part.startsWith(ESC)).join('')
      expect(withoutAnsi(parts.join(''))).toBe(plain)
    }),
  )
})
