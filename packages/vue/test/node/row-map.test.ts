// Rows and seqs: every line has one row, every range that is missing one, in order, whatever is missing and whatever is filtered.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SeqRange } from '@runtail/core'
import { RowMap, seqsBeside, type LineSeqs } from '../../src/log-viewer/row-map.ts'

const mapBeside = (gaps: readonly SeqRange[], last: number): RowMap => new RowMap(seqsBeside(gaps, last), gaps)

test('without gaps row and seq differ by one', () => {
  const map = mapBeside([], 1000)
  expect(map.rowCount).toBe(1000)
  expect(map.targetOf(0)).toEqual({ kind: 'log', seq: 1 })
  expect(map.targetOf(999)).toEqual({ kind: 'log', seq: 1000 })
  expect(map.rowOf(500)).toBe(499)
})

test('no lines, no rows', () => {
  expect(mapBeside([], 0).rowCount).toBe(0)
})

describe('gaps', () => {
  const map = mapBeside(
    [
      { from: 1, to: 100 },
      { from: 150, to: 249 },
    ],
    300,
  )

  test.each([
    { row: 0, target: { kind: 'gap', gap: { from: 1, to: 100 }, isLoadable: false } },
    { row: 1, target: { kind: 'log', seq: 101 } },
    { row: 49, target: { kind: 'log', seq: 149 } },
    { row: 50, target: { kind: 'gap', gap: { from: 150, to: 249 }, isLoadable: false } },
    { row: 51, target: { kind: 'log', seq: 250 } },
    { row: 101, target: { kind: 'log', seq: 300 } },
  ])('row $row', ({ row, target }) => {
    expect(map.rowCount).toBe(102)
    expect(map.targetOf(row)).toEqual(target)
  })

  test.each([
    { seq: 1, row: 0 },
    { seq: 100, row: 0 },
    { seq: 101, row: 1 },
    { seq: 200, row: 50 },
    { seq: 300, row: 101 },
  ])('seq $seq is in row $row', ({ seq, row }) => {
    expect(map.rowOf(seq)).toBe(row)
  })
})

/** What a line of the execution is; neighbours of one kind are one range. */
type Kind = 'shown' | 'hidden' | 'gone' | 'unloaded'

/** Ranges of neighbours of this kind; seqs begin with 1. */
function rangesOf(kinds: readonly Kind[], kind: Kind): SeqRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const [index, one] of kinds.entries()) {
    const last = ranges.at(-1)
    if (one !== kind) continue
    if (last?.to === index) last.to = index + 1
    else ranges.push({ from: index + 1, to: index + 1 })
  }
  return ranges
}

/** As a filter gives them. */
function listed(seqs: readonly number[]): LineSeqs {
  return {
    count: seqs.length,
    at: (index) => seqs[index],
    indexOf: (seq) => {
      const index = seqs.findIndex((one) => one >= seq)
      return index < 0 ? seqs.length : index
    },
  }
}

/** Rows as text, found without any search: what a map must show. */
function expectedRows(kinds: readonly Kind[]): string[] {
  return kinds.flatMap((kind, index) => {
    if (kind === 'hidden' || (kind !== 'shown' && kinds[index - 1] === kind)) return []
    return [kind === 'shown' ? `${index + 1}` : `${kind} ${index + 1}`]
  })
}

/** Rows as text, as a map has them; `astray` where its answers do not fit together. */
function rowsOf(map: RowMap): string[] {
  return Array.from({ length: map.rowCount }, (_, row) => {
    const target = map.targetOf(row)
    if (target.kind === 'log') {
      const { seq } = target
      const isRight = map.seqAt(row) === seq && map.rowOf(seq) === row && map.rowsBefore(seq) === row
      return isRight ? `${seq}` : 'astray'
    }
    const { from, to } = target.gap
    const isRight = map.seqAt(row) === 0 && map.rowOf(from) === row && map.rowOf(to) === row
    return isRight ? `${target.isLoadable ? 'unloaded' : 'gone'} ${from}` : 'astray'
  })
}

test('of any execution all lines have rows, loaded or not, and what is gone has one per range', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Kind>('shown', 'shown', 'gone'), { maxLength: 200 }), (kinds) => {
      expect(rowsOf(mapBeside(rangesOf(kinds, 'gone'), kinds.length))).toEqual(expectedRows(kinds))
    }),
  )
})

test('of any filtered execution matches have rows, and each range of which nothing is known', () => {
  const kind = fc.constantFrom<Kind>('shown', 'hidden', 'gone', 'unloaded')
  fc.assert(
    fc.property(fc.array(kind, { maxLength: 200 }), (kinds) => {
      const shown = kinds.flatMap((one, index) => (one === 'shown' ? [index + 1] : []))
      const whole = new RowMap(listed(shown), rangesOf(kinds, 'gone'), rangesOf(kinds, 'unloaded'))
      expect(rowsOf(whole)).toEqual(expectedRows(kinds))
      // Where a line has no row, the next one stands for it.
      const map = new RowMap(listed(shown), [])
      for (let seq = 1; seq <= kinds.length; seq += 1) {
        expect(map.rowOf(seq)).toBe(shown.filter((one) => one < seq).length)
      }
    }),
  )
})
