// Rows and seqs: every log held has one row, every gap one, in order, whatever is missing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogBuffer, type ExecutionLog } from '@runtail/core'
import { RowMap } from '../../src/log-viewer/row-map.ts'

test('without gaps row and seq differ by one', () => {
  const map = new RowMap({ first: 1, last: 1000, gaps: [] })
  expect(map.rowCount).toBe(1000)
  expect(map.targetOf(0)).toEqual({ kind: 'log', seq: 1 })
  expect(map.targetOf(999)).toEqual({ kind: 'log', seq: 1000 })
  expect(map.rowOf(500)).toBe(499)
})

test('nothing held, no rows', () => {
  expect(new RowMap({ first: 0, last: 0, gaps: [] }).rowCount).toBe(0)
})

describe('gaps', () => {
  const map = new RowMap({ first: 101, last: 300, gaps: [{ from: 150, to: 249 }] })

  test.each([
    { row: 0, target: { kind: 'gap', gap: { from: 1, to: 100 } } },
    { row: 1, target: { kind: 'log', seq: 101 } },
    { row: 49, target: { kind: 'log', seq: 149 } },
    { row: 50, target: { kind: 'gap', gap: { from: 150, to: 249 } } },
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

test('for any set of logs, the rows are the logs held and the gaps between, in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 80 }), (seqs) => {
      const logs = new LogBuffer()
      for (const seq of seqs) logs.put(logAt(seq))
      const map = new RowMap({ first: logs.first, last: logs.last, gaps: logs.holes() })
      const covered = Array.from({ length: map.rowCount }, (_, row) => {
        const target = map.targetOf(row)
        const [from, to] = target.kind === 'log' ? [target.seq, target.seq] : [target.gap.from, target.gap.to]
        expect(target.kind === 'log').toBe(logs.has(from))
        expect(map.rowOf(from)).toBe(row)
        expect(map.rowOf(to)).toBe(row)
        return { from, to }
      })
      let next = 1
      for (const { from, to } of covered) {
        expect(from).toBe(next)
        next = to + 1
      }
      expect(next).toBe(logs.last + 1)
    }),
  )
})

function logAt(seq: number): ExecutionLog {
  return {
    id: `log-${seq}`,
    execution_id: 'execution-1',
    seq,
    timestamp: '2026-01-31T12:00:00.000Z',
    level: 'info',
    step_name: 'step',
    step_type: 'test',
  }
}
