// Sets of ranges against sets of numbers.

import type { SeqRange } from '@runtail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeqSet } from '../src/seq-set.ts'
import { upTo } from './support/client.ts'

const MOST = 30
const range = fc
  .tuple(fc.integer({ min: 1, max: MOST }), fc.integer({ min: 0, max: 8 }))
  .map(([from, more]): SeqRange => ({ from, to: Math.min(MOST, from + more) }))
const change = fc.record({ type: fc.constantFrom('add' as const, 'add' as const, 'remove' as const), range })

const seqsOf = (ranges: readonly SeqRange[]): number[] =>
  ranges.flatMap(({ from, to }) => upTo(to - from + 1).map((index) => from + index - 1))

test('holds what was added and not removed, as few ranges, lowest first', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), range, (changes, asked) => {
      const set = new SeqSet()
      const model = new Set<number>()
      for (const one of changes) {
        set[one.type](one.range)
        for (const seq of seqsOf([one.range])) {
          if (one.type === 'add') model.add(seq)
          else model.delete(seq)
        }
        const { ranges } = set
        expect(seqsOf(ranges)).toEqual(upTo(MOST).filter((seq) => model.has(seq)))
        // No two touch.
        for (const [index, { from }] of ranges.entries())
          expect(from).toBeGreaterThan((ranges[index - 1]?.to ?? -1) + 1)
      }
      expect(seqsOf(set.missing(asked))).toEqual(seqsOf([asked]).filter((seq) => !model.has(seq)))
    }),
    { numRuns: 500 },
  )
})

test('a list that was given out is not changed by what comes later', () => {
  const set = new SeqSet()
  set.add({ from: 1, to: 3 })
  const before = set.ranges
  set.add({ from: 4, to: 6 })
  expect(before).toEqual([{ from: 1, to: 3 }])
  expect(set.ranges).toEqual([{ from: 1, to: 6 }])
  set.clear()
  expect(set.ranges).toEqual([])
  expect(set.missing({ from: 2, to: 1 })).toEqual([])
})
