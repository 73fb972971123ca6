// Whatever a server sends (overlaps, repeats, holes, other boundaries), the follower hands on every log once and in order.

import type { ExecutionLog, FollowFrame, SeqRange } from '@runtail/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planFill, planFrame } from '../src/follow-plan.ts'

const log = (seq: number): ExecutionLog => ({ seq }) as ExecutionLog
const logs = (from: number, to: number): ExecutionLog[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => log(from + index))
const frame = (from: number, to: number, head = to): FollowFrame => ({ from, logs: logs(from, to), head })
const seqs = (list: readonly ExecutionLog[]): number[] => list.map(({ seq }) => seq)

describe('a frame, for a follower at 10', () => {
  test.each<[string, FollowFrame, number[], SeqRange | undefined]>([
    ['that follows', frame(11, 12), [11, 12], undefined],
    ['that overlaps', frame(8, 12), [11, 12], undefined],
    ['that was seen', frame(5, 10), [], undefined],
    ['after a hole', frame(14, 15), [14, 15], { from: 11, to: 13 }],
    ['that says nothing new', frame(11, 10, 10), [], undefined],
    ['that waits for more than was delivered', frame(13, 12, 12), [], { from: 11, to: 12 }],
    ['that announces an end which never came', frame(11, 10, 14), [], { from: 11, to: 14 }],
    ['of a server that is behind', frame(6, 5, 5), [], undefined],
  ])('%s', (_case, given, fresh, missing) => {
    const plan = planFrame(10, given)
    expect(seqs(plan.logs)).toEqual(fresh)
    expect(plan.missing).toEqual(missing)
    expect(plan.reset).toBe(false)
  })

  test('of another store begins anew', () => {
    const plan = planFrame(10, { ...frame(1, 3), reset: true })
    expect(plan.reset).toBe(true)
    expect(seqs(plan.logs)).toEqual([1, 2, 3])
    expect(plan.missing).toBeUndefined()
  })
})

describe('a page, for the hole 11 to 20', () => {
  const hole = { from: 11, to: 20 }
  test.each<[string, Parameters<typeof planFill>[1], number[], SeqRange | undefined, SeqRange | undefined]>([
    [
      'with all of it',
      { from: 11, logs: logs(11, 20), head: 20 },
      logs(11, 20).map(({ seq }) => seq),
      undefined,
      undefined,
    ],
    ['with more', { from: 11, logs: logs(11, 25), head: 30 }, logs(11, 20).map(({ seq }) => seq), undefined, undefined],
    ['with a part', { from: 11, logs: logs(11, 15), head: 30 }, [11, 12, 13, 14, 15], undefined, { from: 16, to: 20 }],
    [
      'whose beginning is gone',
      { from: 18, logs: logs(18, 20), head: 30 },
      [18, 19, 20],
      { from: 11, to: 17 },
      undefined,
    ],
    ['where all of it is gone', { from: 25, logs: logs(25, 30), head: 30 }, [], hole, undefined],
    ['where everything is gone', { from: 0, logs: [], head: 30 }, [], hole, undefined],
    ['of a server that is behind', { from: 0, logs: [], head: 8 }, [], undefined, hole],
    [
      'of a server that has half of it',
      { from: 11, logs: logs(11, 14), head: 14 },
      [11, 12, 13, 14],
      undefined,
      { from: 15, to: 20 },
    ],
  ])('%s', (_case, page, fresh, gap, missing) => {
    const plan = planFill(hole, page)
    expect(seqs(plan.logs)).toEqual(fresh)
    expect(plan.gap).toEqual(gap)
    expect(plan.missing).toEqual(missing)
  })
})

/** Frames of any part of an execution, some of them empty, and how much of a page the server gives. */
const anyFrame = fc.record({
  from: fc.integer({ min: 1, max: 60 }),
  count: fc.integer({ min: 0, max: 20 }),
  pageSize: fc.integer({ min: 1, max: 9 }),
})

test('every log once, in order, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 40 }), fc.integer({ min: 0, max: 30 }), (frames, removed) => {
      let position = 0
      let head = 0
      const delivered: number[] = []
      const gaps: SeqRange[] = []
      const take = (fresh: readonly ExecutionLog[]): void => {
        for (const { seq } of fresh) {
          delivered.push(seq)
          position = seq
        }
      }
      for (const { from, count, pageSize } of frames) {
        head = Math.max(head, from + count - 1)
        const plan = planFrame(position, { from, logs: logs(from, from + count - 1), head })
        for (let missing = plan.missing; missing;) {
          // Retention has removed everything up to `removed`.
          const first = Math.max(missing.from, removed + 1)
          const page = logs(first, Math.min(head, first + pageSize - 1))
          const fill = planFill(missing, { from: page.length > 0 ? first : 0, logs: page, head })
          if (fill.gap) {
            gaps.push(fill.gap)
            position = fill.gap.to
          }
          take(fill.logs)
          missing = fill.missing
        }
        take(plan.logs)
      }
      // What was delivered and what was declared gone are together 1, 2, 3 … without holes or repeats.
      const gone = gaps.flatMap(({ from, to }) => seqs(logs(from, to)))
      expect(delivered).toEqual(delivered.toSorted((one, other) => one - other))
      expect([...delivered, ...gone].toSorted((one, other) => one - other)).toEqual(seqs(logs(1, position)))
      expect(gone.every((seq) => seq <= removed)).toBe(true)
    }),
  )
})
