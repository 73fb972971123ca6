// Scroll positions and heights enter, what is in view and the place of the scrollbar leave. Pure; every row can be reached, however many.

/** Browsers stop at heights between 16 and 33 million pixels; beyond this cap the scrollbar stands for more rows than it has pixels. */
export const SPACER_CAP_PX = 8_000_000

/** Up to this many viewports a scroll moves the rows 1:1; a larger one is a drag of the scrollbar and moves in proportion. */
const NEAR_VIEWPORTS = 2

/** So close to either end the scrollbar is exact even above the cap: else it would have no way left where rows are. */
const EDGE_PX = 20_000

/** What everything here depends on. */
export interface Geometry {
  /** Height of all rows. */
  readonly contentPx: number
  /** Visible height. */
  readonly viewportPx: number
  /** Heights are estimates that painting puts right, so that the scrollbar may stand beside its place as above the cap. @default false */
  readonly isLoose?: boolean
}

/** Where a viewport stands. Below the cap both are the same; above it they differ by construction. */
export interface ScrollPosition {
  /** What the element's `scrollTop` is. */
  readonly physicalPx: number
  /** Distance of the viewport's upper edge from the first row's, as if there were no cap. */
  readonly topPx: number
}

/** Height of the element that makes the scrollbar. */
export function spacerPx(geometry: Geometry): number {
  return Math.min(geometry.contentPx, SPACER_CAP_PX)
}

/** The greatest `scrollTop`. */
export function maxPhysicalPx(geometry: Geometry): number {
  return Math.max(0, spacerPx(geometry) - geometry.viewportPx)
}

/** The greatest distance from the top; there the last row is at the lower edge. */
export function maxTopPx(geometry: Geometry): number {
  return Math.max(0, geometry.contentPx - geometry.viewportPx)
}

/** Whether the last row is in view. Positions of a scrollbar may be fractions of a pixel off. */
export function isAtEnd(topPx: number, geometry: Geometry): boolean {
  return topPx >= maxTopPx(geometry) - 1
}

/** The position that shows `topPx`, with the scrollbar where it belongs. */
export function placeAt(topPx: number, geometry: Geometry): ScrollPosition {
  const top = clamp(topPx, maxTopPx(geometry))
  return { physicalPx: rescale(top, maxTopPx(geometry), maxPhysicalPx(geometry)), topPx: top }
}

/**
 * The position after the reader moved the scrollbar to `physicalPx`. Above the cap near scrolls leave it beside its proper
 * place; where that would end the way too early or too late, it is put right at once.
 */
export function moveScrollbar(position: ScrollPosition, physicalPx: number, geometry: Geometry): ScrollPosition {
  const maxPhysical = maxPhysicalPx(geometry)
  const maxTop = maxTopPx(geometry)
  const physical = clamp(physicalPx, maxPhysical)
  const delta = physical - position.physicalPx
  if (!isApart(geometry) || Math.abs(delta) > NEAR_VIEWPORTS * geometry.viewportPx) {
    return { physicalPx: physical, topPx: rescale(physical, maxPhysical, maxTop) }
  }
  return apart({ physicalPx: physical, topPx: position.topPx + delta }, geometry)
}

/**
 * The position of a reader who must not notice that rows were added elsewhere. Above the cap the scrollbar is left alone:
 * to put it right while the reader scrolls would be to fight over it; that comes when the scrolling ends.
 */
export function stayAt(position: ScrollPosition, topPx: number, geometry: Geometry): ScrollPosition {
  return isApart(geometry) ? apart({ ...position, topPx }, geometry) : placeAt(topPx, geometry)
}

/** A position whose scrollbar stands beside its place, unless it would end its way before the rows do, or after. */
function apart({ physicalPx, topPx }: ScrollPosition, geometry: Geometry): ScrollPosition {
  const isWithin = (px: number, max: number): boolean => px > 0 && px < max
  const isApartWell = isWithin(physicalPx, maxPhysicalPx(geometry)) && isWithin(topPx, maxTopPx(geometry))
  return isApartWell ? { physicalPx, topPx } : placeAt(topPx, geometry)
}

/** A distance on a way of one length as one on a way of another: the same near both ends, in proportion between. */
function rescale(px: number, length: number, otherLength: number): number {
  if (length === otherLength || px <= EDGE_PX) return px
  if (length - px <= EDGE_PX) return otherLength - (length - px)
  return EDGE_PX + ((px - EDGE_PX) * (otherLength - 2 * EDGE_PX)) / (length - 2 * EDGE_PX)
}

function isApart(geometry: Geometry): boolean {
  return geometry.isLoose === true || geometry.contentPx > SPACER_CAP_PX
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max)
}
