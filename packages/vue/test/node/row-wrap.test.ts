// Heights of wrapped rows: what the sums say is what counting row by row gives, whatever arrives, is loaded, filtered or measured.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogBuffer, LogMatches, type SeqRange } from '@runtail/core'
import { ROW_PX } from '../../src/log-viewer/row-layout.ts'
import { RowMap, seqsBeside } from '../../src/log-viewer/row-map.ts'
import { WrapLayout } from '../../src/log-viewer/row-wrap.ts'

const COLUMNS = 10

function put(logs: LogBuffer, { from, to }: SeqRange): void {
  for (let seq = from; seq <= to; seq += 1) {
    logs.put({
      id: `log-${seq}`,
      execution_id: 'execution-1',
      seq,
      timestamp: '2026-01-31T12:00:00.000Z',
      level: seq % 3 === 0 ? 'error' : 'info',
      step_name: 'step',
      step_type: 'test',
      message: 'x'.repeat((seq * 7) % 45),
    })
  }
}

/** Where rows lie, counted one by one, and where the layout says they do: a sample of them, and the last ones. */
function expectRight(layout: WrapLayout, map: RowMap, linesOf: (seq: number) => number): void {
  let lines = 0
  const [counted, found]: number[][][] = [[], []]
  for (let row = 0; row < map.rowCount; row += 1) {
    const target = map.targetOf(row)
    const height = target.kind === 'gap' ? 1 : linesOf(target.seq)
    const endPx = (lines + height) * ROW_PX
    if (row % 97 === 0 || row > map.rowCount - 5) {
      counted?.push([lines * ROW_PX, height * ROW_PX, row, row])
      found?.push([layout.topPx(row), layout.heightPx(row), layout.rowAt(lines * ROW_PX), layout.rowAt(endPx - 0.5)])
    }
    lines += height
  }
  expect(found).toEqual(counted)
  expect(layout.rowCount).toBe(map.rowCount)
  expect(layout.contentPx).toBe(lines * ROW_PX)
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({ kind: fc.constant('load' as const), count: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ kind: fc.constant('measure' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

test.each(['all lines', 'errors'])('of %s, after anything that can happen', (which) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(step, { maxLength: 8 }), (before, steps) => {
      const logs = new LogBuffer()
      const shown = which === 'errors' ? new LogMatches(logs, { levels: ['error'] }) : undefined
      const gone = { from: before + 1, to: before + 40 }
      put(logs, { from: before + 41, to: before + 60 })
      let unloaded: SeqRange[] = [{ from: 1, to: before }]
      const measured = new Map<number, number>()
      const linesOf = (seq: number): number =>
        measured.get(seq) ?? Math.max(1, Math.ceil(logs.messageBytesAt(seq) / COLUMNS))
      const mapNow = (): RowMap => {
        shown?.advance()
        return shown ? new RowMap(shown, [gone], unloaded) : new RowMap(seqsBeside([gone], logs.last), [gone])
      }
      let map = mapNow()
      let wrongly = false
      const layout = new WrapLayout(logs, map, COLUMNS)
      for (const action of [undefined, ...steps]) {
        if (action?.kind === 'arrive') put(logs, { from: logs.last + 1, to: logs.last + action.count })
        const rest = unloaded[0]
        if (action?.kind === 'load' && rest) {
          const from = Math.max(1, rest.to - action.count + 1)
          put(logs, { from, to: rest.to })
          unloaded = from > 1 ? [{ from: 1, to: from - 1 }] : []
        }
        map = mapNow()
        layout.update(map, { lastSeq: logs.last, unloaded })
        const seq = action?.kind === 'measure' ? map.seqAt(Math.floor(action.part * (map.rowCount - 1))) : 0
        if (logs.has(seq)) {
          const isOther = layout.measure(seq, 3 * ROW_PX)
          wrongly ||= isOther !== (linesOf(seq) !== 3) || !layout.isMeasured(seq)
          measured.set(seq, 3)
          layout.update(map, { lastSeq: logs.last, unloaded })
        }
        expectRight(layout, map, linesOf)
      }
      expect(wrongly).toBe(false)
    }),
    { numRuns: 25 },
  )
})
