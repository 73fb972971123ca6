// The arithmetic of the viewport: identity below the cap, exact ends and 1:1 near scrolls above it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isAtEnd,
  maxPhysicalPx,
  maxTopPx,
  moveScrollbar,
  placeAt,
  SPACER_CAP_PX,
  spacerPx,
  stayAt,
  type Geometry,
} from '../../src/log-viewer/viewport-geometry.ts'
import { lineLayout, ROW_PX, visibleRows } from '../../src/log-viewer/row-layout.ts'

const viewportPx = 600
const MILLION: Geometry = { contentPx: 20_000_000, viewportPx }

const geometryOf = (rowCount: fc.Arbitrary<number>, minPx: number): fc.Arbitrary<Geometry> =>
  fc
    .tuple(rowCount, fc.integer({ min: minPx, max: 3000 }))
    .map(([rows, height]) => ({ contentPx: rows * ROW_PX, viewportPx: height }))
const anyGeometry = geometryOf(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 5_000_000 })), 1)
const cappedGeometry = geometryOf(fc.integer({ min: SPACER_CAP_PX / ROW_PX + 1, max: 50_000_000 }), 100)
const fraction = fc.double({ min: 0, max: 1, noNaN: true })

describe('table', () => {
  test.each([
    { rowCount: 0, spacer: 0, maxTop: 0, maxPhysical: 0 },
    { rowCount: 10, spacer: 200, maxTop: 0, maxPhysical: 0 },
    { rowCount: 30, spacer: 600, maxTop: 0, maxPhysical: 0 },
    { rowCount: 31, spacer: 620, maxTop: 20, maxPhysical: 20 },
    { rowCount: 400_000, spacer: 8_000_000, maxTop: 7_999_400, maxPhysical: 7_999_400 },
    { rowCount: 400_001, spacer: 8_000_000, maxTop: 7_999_420, maxPhysical: 7_999_400 },
    { rowCount: 1_000_000, spacer: 8_000_000, maxTop: 19_999_400, maxPhysical: 7_999_400 },
  ])('$rowCount rows', ({ rowCount, spacer, maxTop, maxPhysical }) => {
    const geometry = { contentPx: rowCount * ROW_PX, viewportPx }
    expect(spacerPx(geometry)).toBe(spacer)
    expect(maxTopPx(geometry)).toBe(maxTop)
    expect(maxPhysicalPx(geometry)).toBe(maxPhysical)
  })

  test.each([
    { topPx: 0, first: 0, count: 30, offsetPx: 0 },
    { topPx: 1, first: 0, count: 31, offsetPx: 1 },
    { topPx: 19.5, first: 0, count: 31, offsetPx: 19.5 },
    { topPx: 20, first: 1, count: 30, offsetPx: 0 },
    { topPx: 19_999_400, first: 999_970, count: 30, offsetPx: 0 },
    { topPx: 99_999_999, first: 999_970, count: 30, offsetPx: 0 },
    { topPx: -5, first: 0, count: 30, offsetPx: 0 },
  ])('rows at $topPx of a million', ({ topPx, ...rows }) => {
    expect(visibleRows(topPx, viewportPx, lineLayout(1_000_000))).toEqual(rows)
  })

  test('nothing is painted where there is nothing', () => {
    expect(visibleRows(0, viewportPx, lineLayout(0))).toEqual({ first: 0, count: 0, offsetPx: 0 })
  })

  test('dragging the scrollbar moves in proportion, a wheel notch row by row', () => {
    const middle = moveScrollbar(placeAt(0, MILLION), 4_000_000, MILLION)
    expect(middle.topPx / 19_999_400).toBeCloseTo(4_000_000 / 7_999_400, 3)
    expect(moveScrollbar(middle, 4_000_100, MILLION).topPx).toBeCloseTo(middle.topPx + 100, 3)
  })

  test('a scrollbar that near scrolls brought to its end too early is put right, and more rows follow', () => {
    const drifted = { physicalPx: 7_999_300, topPx: 10_000_000 }
    const moved = moveScrollbar(drifted, 7_999_400, MILLION)
    expect(moved.topPx).toBe(10_000_100)
    expect(moved.physicalPx).toBeLessThan(4_100_000)
  })

  test('rows that end before the scrollbar does put it at its end', () => {
    const moved = moveScrollbar({ physicalPx: 5_000_000, topPx: 19_999_350 }, 5_000_100, MILLION)
    expect(moved).toEqual({ physicalPx: 7_999_400, topPx: 19_999_400 })
    expect(isAtEnd(moved.topPx, MILLION)).toBe(true)
  })
})

describe('properties', () => {
  test('below the cap the scrollbar and the rows are at one', () => {
    fc.assert(
      fc.property(geometryOf(fc.integer({ min: 0, max: 400_000 }), 1), fraction, fraction, (geometry, from, to) => {
        const start = placeAt(from * maxTopPx(geometry), geometry)
        expect(start.physicalPx).toBe(start.topPx)
        const moved = moveScrollbar(start, to * maxPhysicalPx(geometry), geometry)
        expect(moved.topPx).toBe(moved.physicalPx)
      }),
    )
  })

  test('the ends of a dragged scrollbar are the ends of the rows, exactly', () => {
    fc.assert(
      fc.property(cappedGeometry, fraction, (geometry, part) => {
        const start = placeAt((0.2 + part * 0.6) * maxTopPx(geometry), geometry)
        expect(moveScrollbar(start, 0, geometry).topPx).toBe(0)
        expect(moveScrollbar(start, maxPhysicalPx(geometry), geometry).topPx).toBe(maxTopPx(geometry))
      }),
    )
  })

  test('from anywhere, however the scrollbar drifted, near scrolls reach both ends', () => {
    fc.assert(
      fc.property(cappedGeometry, fraction, fc.constantFrom(-1, 1), (geometry, drift, direction) => {
        const maxTop = maxTopPx(geometry)
        const away = 3.5 * geometry.viewportPx
        let position = {
          physicalPx: drift * maxPhysicalPx(geometry),
          topPx: direction > 0 ? maxTop - away : away,
        }
        for (let step = 0; step < 8; step += 1) {
          position = moveScrollbar(position, position.physicalPx + direction * geometry.viewportPx, geometry)
        }
        expect(position.topPx).toBeCloseTo(direction > 0 ? maxTop : 0, 3)
      }),
    )
  })

  test('near either end the scrollbar has as much way left as there are rows', () => {
    fc.assert(
      fc.property(cappedGeometry, fc.integer({ min: 0, max: 20_000 }), (geometry, px) => {
        expect(placeAt(px, geometry).physicalPx).toBe(px)
        const fromEnd = placeAt(maxTopPx(geometry) - px, geometry)
        expect(maxPhysicalPx(geometry) - fromEnd.physicalPx).toBe(px)
      }),
    )
  })

  test('further down is never further up on the scrollbar', () => {
    fc.assert(
      fc.property(cappedGeometry, fraction, fraction, (geometry, one, other) => {
        const [upper = 0, lower = 0] = [one, other].toSorted((a, b) => a - b).map((part) => part * maxTopPx(geometry))
        expect(placeAt(upper, geometry).physicalPx).toBeLessThanOrEqual(placeAt(lower, geometry).physicalPx)
      }),
    )
  })

  test('a reader who stays can go on both ways, wherever the scrollbar was and whatever was added', () => {
    const looseGeometry = geometryOf(fc.integer({ min: 0, max: 50_000 }), 1).map((one) => ({ ...one, isLoose: true }))
    fc.assert(
      fc.property(fc.oneof(cappedGeometry, looseGeometry), fraction, fraction, (geometry, bar, part) => {
        const topPx = part * maxTopPx(geometry)
        const stayed = stayAt({ physicalPx: bar * maxPhysicalPx(geometry) * 1.2, topPx: 0 }, topPx, geometry)
        expect(stayed.topPx).toBe(topPx)
        expect(stayed.physicalPx).toBeLessThanOrEqual(maxPhysicalPx(geometry))
        expect(stayed.physicalPx > 0 || topPx === 0).toBe(true)
        expect(stayed.physicalPx < maxPhysicalPx(geometry) || topPx === maxTopPx(geometry)).toBe(true)
      }),
    )
  })

  test('a position put in its place stays there', () => {
    fc.assert(
      fc.property(anyGeometry, fraction, (geometry, part) => {
        const placed = placeAt(part * maxTopPx(geometry), geometry)
        expect(moveScrollbar(placed, placed.physicalPx, geometry).topPx).toBeCloseTo(placed.topPx, 3)
      }),
    )
  })
})
