// The sentences of the completeness badge, for everything that can be held of an execution.
import { describe, expect, test } from 'vitest'
import { gapsText, heldText, type Completeness } from '../../src/log-viewer/completeness.ts'

const whole: Completeness = { first: 1, last: 48_213, count: 48_213, head: 48_213, gaps: [], unloaded: [] }

describe('what is held', () => {
  test.each<[string, Partial<Completeness>, string]>([
    ['all of it', {}, '1–48,213'],
    ['nothing', { first: 0, last: 0, count: 0 }, ''],
    ['the end', { first: 47_214, count: 1000, unloaded: [{ from: 1, to: 47_213 }] }, '47,214–48,213 of 48,213 loaded'],
    ['the beginning', { last: 500, count: 500, unloaded: [{ from: 501, to: 48_213 }] }, '1–500 of 48,213 loaded'],
    ['the beginning, as far as it has come', { last: 500, count: 500 }, '1–500 of 48,213 loaded'],
    ['pieces', { count: 2000, unloaded: [{ from: 1001, to: 47_213 }] }, '2,000 of 48,213 loaded'],
    ['all that the server still has', { first: 101, count: 48_113, gaps: [{ from: 1, to: 100 }] }, '101–48,213'],
  ])('%s', (_name, change, text) => {
    expect(heldText({ ...whole, ...change })).toBe(text)
  })
})

test('gaps', () => {
  expect(gapsText([])).toBe('no gaps')
  expect(gapsText([{ from: 5, to: 5 }])).toBe('1 gap, 1 line missing')
  expect(
    gapsText([
      { from: 1, to: 1000 },
      { from: 2001, to: 2024 },
    ]),
  ).toBe('2 gaps, 1,024 lines missing')
})
