// What is looked for as a pattern, and the way from match to match.
import { LogBuffer, LogMatches } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { matchBeside, searchPattern, type Search } from '../../src/log-viewer/log-search.ts'
import { makeLog } from '../support/fake-client.ts'

const plain: Search = { text: '', isRegex: false, isCaseSensitive: false }

describe('pattern', () => {
  test('nothing is looked for', () => {
    expect(searchPattern(plain)).toBeUndefined()
    expect(searchPattern({ ...plain, isRegex: true })).toBeUndefined()
  })

  test('text is text, whatever signs are in it', () => {
    const text = String.raw`a.b*(c)[d]{e}^$|?+\w`
    const pattern = searchPattern({ ...plain, text }) as RegExp
    expect(pattern.test(`before ${text.toUpperCase()} after`)).toBe(true)
    expect(pattern.test('axb')).toBe(false)
  })

  test('case counts where it should', () => {
    expect((searchPattern({ ...plain, text: 'Ä' }) as RegExp).test('ä')).toBe(true)
    expect((searchPattern({ ...plain, text: 'A', isCaseSensitive: true }) as RegExp).test('a')).toBe(false)
  })

  test('a regular expression', () => {
    expect((searchPattern({ ...plain, text: String.raw`\d{3}$`, isRegex: true }) as RegExp).test('took 404')).toBe(true)
  })

  test('what is none is a sentence', () => {
    expect(searchPattern({ ...plain, text: '(a', isRegex: true })).toBe('Not a pattern: Unterminated group')
  })
})

describe('beside', () => {
  const logs = new LogBuffer()
  for (let seq = 1; seq <= 100; seq += 1) logs.put(makeLog(seq, { level: seq % 10 === 0 ? 'error' : 'info' }))
  const matches = new LogMatches(logs, { levels: ['error'] })
  matches.advance()

  test.each([
    [0, 1, 10],
    [10, 1, 20],
    [15, 1, 20],
    [100, 1, 10],
    [1000, 1, 10],
    [100, -1, 90],
    [95, -1, 90],
    [10, -1, 100],
    [0, -1, 100],
  ] as const)('of %i by %i is %i', (seq, step, expected) => {
    expect(matchBeside(matches, seq, step)).toBe(expected)
  })

  test('without matches there is none', () => {
    expect(matchBeside(new LogMatches(logs, { levels: ['warning'] }), 5, 1)).toBeUndefined()
  })
})
