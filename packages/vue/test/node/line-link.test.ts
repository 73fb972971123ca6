// Links to lines: what a fragment names, and what is linked after a press on a line's number.
import { expect, test } from 'vitest'
import { lineHash, linkedAfter, parseLineHash } from '../../src/log-viewer/line-link.ts'

test.each([
  ['#L120', { from: 120, to: 120 }],
  ['#L120-L140', { from: 120, to: 140 }],
  ['#L140-L120', { from: 120, to: 140 }],
  ['', undefined],
  ['#L0', undefined],
  ['#L0-L5', undefined],
  ['#L12x', undefined],
  ['#L1-L', undefined],
  ['#section', undefined],
  ['#L1234567890123456', undefined],
])('%s', (hash, lines) => {
  expect(parseLineHash(hash)).toEqual(lines)
})

test('a fragment names the lines that it was made of', () => {
  for (const lines of [{ from: 7, to: 7 }, { from: 7, to: 9 }, undefined]) {
    expect(parseLineHash(lineHash(lines))).toEqual(lines)
  }
})

test.each([
  ['a line', undefined, 5, false, { from: 5, to: 5 }],
  ['another line', { from: 5, to: 9 }, 7, false, { from: 7, to: 7 }],
  ['the only line once more: none', { from: 5, to: 5 }, 5, false, undefined],
  ['Shift without a line before', undefined, 5, true, { from: 5, to: 5 }],
  ['Shift below', { from: 5, to: 5 }, 9, true, { from: 5, to: 9 }],
  ['Shift above', { from: 5, to: 9 }, 3, true, { from: 3, to: 9 }],
  ['Shift within shrinks', { from: 5, to: 9 }, 7, true, { from: 5, to: 7 }],
] as const)('%s', (_name, before, seq, extend, after) => {
  expect(linkedAfter(before, seq, extend)).toEqual(after)
})
