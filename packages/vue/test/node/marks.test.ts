// Marks beside the scrollbar: every match has one where its row is, nothing else has, and a million lines cost no more than their pixels.
import { LogBuffer, LogMatches, type LogLevel } from '@runtail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marksOf } from '../../src/log-viewer/marks.ts'
import { RowMap, seqsBeside } from '../../src/log-viewer/row-map.ts'
import { makeLog } from '../support/fake-client.ts'

function matchesOf(logs: LogBuffer, levels: readonly LogLevel[]): LogMatches {
  const matches = new LogMatches(logs, { levels })
  matches.advance()
  return matches
}

/** Where marks belong, by looking at every match. */
function expectedMarks(matches: LogMatches, rows: RowMap, px: number): number[] {
  const marks = Array.from({ length: px }, () => 0)
  for (let index = 0; index < matches.count; index += 1) {
    const row = rows.rowOf(matches.at(index) ?? 0)
    marks[Math.floor((row * px) / rows.rowCount)] = 1
  }
  return marks
}

test('every match of any log, with gaps and filters, on any number of pixels', () => {
  const levels = fc.constantFrom('debug', 'info', 'warning', 'error')
  fc.assert(
    fc.property(
      fc.array(fc.option(levels), { maxLength: 300 }),
      fc.integer({ min: 1, max: 400 }),
      fc.boolean(),
      (lines, px, isFiltered) => {
        const logs = new LogBuffer()
        lines.forEach((level, index) => {
          if (level) logs.put(makeLog(index + 1, { level }))
        })
        const gaps = logs.first > 1 ? [{ from: 1, to: logs.first - 1 }, ...logs.holes()] : logs.holes()
        const rows = isFiltered
          ? new RowMap(matchesOf(logs, ['warning', 'error']), gaps)
          : new RowMap(seqsBeside(gaps, logs.last), gaps)
        const errors = matchesOf(logs, ['error'])
        expect([...marksOf(errors, rows, px)]).toEqual(expectedMarks(errors, rows, px))
      },
    ),
  )
})

test('nothing of nothing', () => {
  const logs = new LogBuffer()
  expect([...marksOf(matchesOf(logs, ['error']), new RowMap(seqsBeside([], 0), []), 5)]).toEqual([0, 0, 0, 0, 0])
})

test('the work grows with the pixels, not with the matches', () => {
  const count = 1_000_000
  let looks = 0
  const all = {
    count,
    at: (index: number) => {
      looks += 1
      return index < count ? index + 1 : undefined
    },
    indexOf: (seq: number) => Math.min(count, seq - 1),
  } as LogMatches
  const marks = marksOf(all, new RowMap(seqsBeside([], count), []), 600)
  expect(marks.every((mark) => mark === 1)).toBe(true)
  expect(looks).toBeLessThanOrEqual(1200)
})
