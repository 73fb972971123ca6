// Logs and the reader's hands enter, the rows to paint leave; the thin runner of viewport-geometry and row-map on a real element. Follows only in FOLLOWING.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { createFrameScheduler } from '../frame-scheduler.ts'
import { copiedText } from './copied-text.ts'
import type { FollowEvent, FollowMode } from './follow-machine.ts'
import { viewOfRow, type RowView } from './line-view.ts'
import { RowMap, type RowTarget } from './row-map.ts'
import {
  isAtEnd,
  maxTopPx,
  moveScrollbar,
  placeAt,
  ROW_PX,
  spacerPx,
  stayAt,
  visibleRows,
  type Geometry,
  type ScrollPosition,
} from './viewport-geometry.ts'

/** What the viewport is made of and for. */
export interface LogViewportOptions {
  /** The element that scrolls. */
  readonly viewport: Readonly<ShallowRef<HTMLElement | null>>
  /** The element whose height makes the scrollbar. */
  readonly spacer: Readonly<ShallowRef<HTMLElement | null>>
  readonly logs: () => LogBuffer
  readonly gaps: () => readonly SeqRange[]
  readonly mode: () => FollowMode
  /** The last line of the past: only lines after it are told of as arrived. */
  readonly pastLastSeq: () => number
  readonly send: (event: FollowEvent) => void
}

/** What to paint. */
export interface PaintedRows {
  readonly views: readonly RowView[]
  /** How far the first row is scrolled out at the top. */
  readonly offsetPx: number
  readonly rowCount: number
  readonly viewportPx: number
  readonly lastSeq: number
  /** One more than are ever painted at once: a row's key is its index modulo this, so elements are used again. */
  readonly poolSize: number
}

const NOTHING_HELD = { first: 0, last: 0, gaps: [] }
const NOTHING_PAINTED: PaintedRows = { views: [], offsetPx: 0, rowCount: 0, viewportPx: 0, lastSeq: 0, poolSize: 1 }

/** Runs a viewport for as long as the component lives. */
export function useLogViewport(options: LogViewportOptions) {
  const painted = shallowRef(NOTHING_PAINTED)
  let map = new RowMap(NOTHING_HELD)
  let geometry: Geometry = { rowCount: 0, viewportPx: 0 }
  let position: ScrollPosition = { physicalPx: 0, topPx: 0 }
  let shown: LogBuffer | undefined
  let countedTo = 0

  const scheduler = createFrameScheduler(render)
  onScopeDispose(scheduler.dispose)

  function render(): void {
    const logs = options.logs()
    if (logs !== shown || logs.last < countedTo) startOver(logs)
    const anchor = anchorOf(position.topPx)
    map = new RowMap({ first: logs.first, last: logs.last, gaps: options.gaps() })
    geometry = { rowCount: map.rowCount, viewportPx: geometry.viewportPx }
    countArrived(logs)
    const isFollowing = options.mode() === 'FOLLOWING'
    if (options.spacer.value) options.spacer.value.style.height = `${spacerPx(geometry)}px`
    const topPx = anchor === undefined ? 0 : map.rowOf(anchor.seq) * ROW_PX + anchor.offsetPx
    go(isFollowing ? placeAt(maxTopPx(geometry), geometry) : stayAt(position, topPx, geometry))
    paint(logs)
  }

  /** The row at the upper edge by its seq, which stays the same when a gap above is filled. */
  function anchorOf(topPx: number): { seq: number; offsetPx: number } | undefined {
    if (map.rowCount === 0) return undefined
    const { first, offsetPx } = visibleRows(topPx, geometry)
    const target = map.targetOf(first)
    return { seq: target.kind === 'log' ? target.seq : target.gap.from, offsetPx }
  }

  function startOver(logs: LogBuffer): void {
    if (shown) options.send({ type: 'reset' })
    shown = logs
    countedTo = 0
    map = new RowMap(NOTHING_HELD)
    painted.value = NOTHING_PAINTED
  }

  function countArrived(logs: LogBuffer): void {
    let lines = 0
    let errors = 0
    for (let seq = Math.max(countedTo, options.pastLastSeq()) + 1; seq <= logs.last; seq += 1) {
      const level = logs.levelAt(seq)
      if (level !== undefined) lines += 1
      if (level === 'error') errors += 1
    }
    countedTo = logs.last
    if (lines > 0) options.send({ type: 'lines_arrived', lines, errors })
  }

  function paint(logs: LogBuffer): void {
    const { first, count, offsetPx } = visibleRows(position.topPx, geometry)
    const before = painted.value.views
    const views = Array.from({ length: count }, (_, index) => {
      const row = first + index
      const known = before[row - (before[0]?.row ?? 0)]
      const target = map.targetOf(row)
      return known && shows(known, target) ? known : viewOfRow(logs, row, target)
    })
    const poolSize = Math.ceil(geometry.viewportPx / ROW_PX) + 1
    painted.value = { views, offsetPx, ...geometry, lastSeq: logs.last, poolSize }
  }

  /** Takes a position, and moves the scrollbar there if it stands elsewhere. */
  function go(next: ScrollPosition): void {
    const element = options.viewport.value
    const isMoved = Math.abs(next.physicalPx - position.physicalPx) >= 0.5
    position = next
    if (element && isMoved) element.scrollTop = next.physicalPx
  }

  function jump(topPx: number): void {
    go(placeAt(topPx, geometry))
    scheduler.request()
  }

  function onScroll(): void {
    const element = options.viewport.value
    if (!element) return
    // A layout between two frames may have moved the scrollbar, and no observer has told of the new size yet.
    geometry = { ...geometry, viewportPx: element.clientHeight }
    const physicalPx = element.scrollTop
    const movedPx = physicalPx - position.physicalPx
    // Compared with where it was put, not guarded by a flag: to set an unchanged scrollTop fires no event to lower a flag again.
    if (Math.abs(movedPx) < 1) return
    const next = moveScrollbar(position, physicalPx, geometry)
    position = { ...next, physicalPx }
    go(next)
    const isEnd = isAtEnd(position.topPx, geometry)
    if (movedPx > 0 && isEnd) options.send({ type: 'reached_end' })
    if (movedPx < 0 && !isEnd) options.send({ type: 'scrolled_up' })
    scheduler.request()
  }

  /** Above the cap, near scrolls leave the scrollbar beside its proper place; when they end it is put right, unseen. */
  function onScrollEnd(): void {
    if (options.mode() !== 'FOLLOWING') go(placeAt(position.topPx, geometry))
  }

  /** Tells the machine where the reader wants to go, before the first pixel has moved: negative is up. */
  function intend(directionPx: number): void {
    if (maxTopPx(geometry) === 0) return
    if (directionPx < 0) options.send({ type: 'scrolled_up' })
    else if (isAtEnd(position.topPx, geometry)) options.send({ type: 'reached_end' })
  }

  function moveBy(deltaPx: number): void {
    jump(position.topPx + deltaPx)
    intend(deltaPx)
  }

  function resize(element: HTMLElement): void {
    geometry = { ...geometry, viewportPx: element.clientHeight }
    scheduler.request()
  }

  watch(
    options.viewport,
    (element, _before, onCleanup) => {
      if (!element) return
      const observer = new ResizeObserver(() => resize(element))
      observer.observe(element)
      onCleanup(() => observer.disconnect())
      resize(element)
    },
    { flush: 'post', immediate: true },
  )
  watch(options.mode, () => scheduler.request())

  return {
    painted,
    /** Asks for a render with the next frame. */
    request: scheduler.request,
    onScroll,
    onScrollEnd,
    intend,
    moveBy,
    /** What is copied when the rows of these seqs are selected. */
    copiedText: (selected: SeqRange) => copiedText(options.logs(), map, selected),
    moveToStart: () => jump(0),
    /** One row of the page before stays in view. */
    pagePx: () => Math.max(ROW_PX, geometry.viewportPx - ROW_PX),
    isAtEnd: () => isAtEnd(position.topPx, geometry),
  }
}

/** Whether a row painted before is what belongs there now; a log that is stored never changes. */
function shows(view: RowView, target: RowTarget): boolean {
  if (view.kind === 'line') return target.kind === 'log' && target.seq === view.seq
  return target.kind === 'gap' && target.gap.from === view.gap.from && target.gap.to === view.gap.to
}
