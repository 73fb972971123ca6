// Rows enter, heights leave: where a row lies, and which row lies where. Pure; here every row is one line high, `row-wrap.ts` wraps them.

/** Height of a line. */
export const ROW_PX = 20

/** Where rows lie; distances are from the first row's upper edge, as if there were no cap. */
export interface RowLayout {
  readonly rowCount: number
  /** Height of all rows. */
  readonly contentPx: number
  /** Where a row begins. */
  topPx(row: number): number
  heightPx(row: number): number
  /** The row at a distance that is at least 0 and less than `contentPx`. */
  rowAt(px: number): number
}

/** Which rows to paint. */
export interface VisibleRows {
  readonly first: number
  readonly count: number
  /** How far the first of them is scrolled out at the top. */
  readonly offsetPx: number
}

/** Rows that are one line high. */
export function lineLayout(rowCount: number): RowLayout {
  return {
    rowCount,
    contentPx: rowCount * ROW_PX,
    topPx: (row) => row * ROW_PX,
    heightPx: () => ROW_PX,
    rowAt: (px) => Math.floor(px / ROW_PX),
  }
}

/** The rows that a viewport of this height at `topPx` shows, the partly visible ones included. */
export function visibleRows(topPx: number, viewportPx: number, layout: RowLayout): VisibleRows {
  const top = Math.max(0, Math.min(topPx, layout.contentPx - viewportPx))
  const first = layout.contentPx === 0 ? 0 : layout.rowAt(top)
  const offsetPx = layout.contentPx === 0 ? 0 : top - layout.topPx(first)
  let count = 0
  for (let px = -offsetPx; px < viewportPx && first + count < layout.rowCount; count += 1) {
    px += layout.heightPx(first + count)
  }
  return { first, count, offsetPx }
}
