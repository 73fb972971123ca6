// Rows that cover a viewport: all of them exist, none is painted in vain.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineLayout, ROW_PX, visibleRows } from '../../src/log-viewer/row-layout.ts'

test('the rows painted cover the viewport and exist', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 5_000_000 })),
      fc.integer({ min: 1, max: 3000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rowCount, viewportPx, part) => {
        const layout = lineLayout(rowCount)
        const { first, count, offsetPx } = visibleRows(part * (layout.contentPx - viewportPx), viewportPx, layout)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(first + count).toBeLessThanOrEqual(rowCount)
        expect(count * ROW_PX - offsetPx).toBeGreaterThanOrEqual(Math.min(viewportPx, layout.contentPx) - 1e-6)
        expect(count).toBeLessThanOrEqual(Math.ceil(viewportPx / ROW_PX) + 1)
      },
    ),
  )
})
