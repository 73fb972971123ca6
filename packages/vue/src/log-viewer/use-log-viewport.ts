// Logs and the reader's hands enter, the rows to paint leave; the thin runner of geometry, layout and row map on a real element. Follows only in FOLLOWING.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { computed, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { createFrameScheduler } from '../frame-scheduler.ts'
import { copiedText } from './copied-text.ts'
import type { FollowEvent } from './follow-machine.ts'
import { viewOf, type RowLook, type RowView } from './line-view.ts'
import { lineLayout, ROW_PX, visibleRows, type RowLayout } from './row-layout.ts'
import { RowMap, seqsBeside, type LineSeqs, type RowTarget } from './row-map.ts'
import { useUnloadedNeed } from './use-unloaded-need.ts'
import {
  isAtEnd,
  maxTopPx,
  moveScrollbar,
  placeAt,
  spacerPx,
  stayAt,
  type Geometry,
  type ScrollPosition,
} from './viewport-geometry.ts'
import type { RevealOptions, ViewportProps } from './viewport-props.ts'

/** What the viewport is made of and for. */
export interface LogViewportOptions {
  /** The element that scrolls. */
  readonly viewport: Readonly<ShallowRef<HTMLElement | null>>
  /** The element whose height makes the scrollbar. */
  readonly spacer: Readonly<ShallowRef<HTMLElement | null>>
  readonly send: (event: FollowEvent) => void
  /** Tells which lines are in view. */
  readonly tellView: (view: { readonly firstSeq: number; readonly lastSeq: number }) => void
  /** Asks for lines that are not loaded. */
  readonly need: (range: SeqRange) => void
}

/** What to paint. */
export interface PaintedRows {
  readonly views: readonly RowView[]
  /** The row of the first view. */
  readonly first: number
  /** How far the first row is scrolled out at the top. */
  readonly offsetPx: number
  readonly rowCount: number
  readonly viewportPx: number
  /** One more than are ever painted at once: a row's key is its index modulo this, so elements are used again. */
  readonly poolSize: number
}

/** A line and where it stands: what must not move when others do. */
interface Anchor {
  readonly seq: number
  /** Its upper edge from the viewport's. */
  readonly edgePx: number
}

const NOTHING_PAINTED: PaintedRows = { views: [], first: 0, offsetPx: 0, rowCount: 0, viewportPx: 0, poolSize: 1 }

/** A filter looks at new lines for so long in one frame. */
const FILTER_BUDGET_MS = 4

/** Runs a viewport for as long as the component lives. */
export function useLogViewport(props: ViewportProps, options: LogViewportOptions) {
  const painted = shallowRef(NOTHING_PAINTED)
  const look = computed<RowLook>(() => ({
    time: props.time ?? 'local',
    originMs: props.originMs ?? 0,
    highlight: props.highlight,
    isWrapped: props.wrap ?? false,
  }))
  let map = new RowMap(seqsBeside([], 0), [])
  let layout: RowLayout = lineLayout(0)
  let geometry: Geometry = { contentPx: 0, viewportPx: 0 }
  let position: ScrollPosition = { physicalPx: 0, topPx: 0 }
  let rendered: { logs: LogBuffer; shown: unknown } | undefined
  let paintedLook = look.value
  let countedTo = 0
  let revealing: { readonly seq: number; readonly align: RevealOptions['align'] } | undefined
  let inView = { firstSeq: 0, lastSeq: 0 }

  const scheduler = createFrameScheduler(render)
  onScopeDispose(scheduler.dispose)
  const need = useUnloadedNeed(options.need)

  function render(): void {
    const { logs, shown } = props
    if (logs !== rendered?.logs || logs.last < countedTo) startOver(logs)
    const anchor = anchorNow()
    const lines = linesNow()
    if (shown !== rendered?.shown) countedTo = logs.last
    rendered = { logs, shown }
    layout = lineLayout(map.rowCount)
    geometry = { contentPx: layout.contentPx, viewportPx: geometry.viewportPx }
    countArrived(lines)
    if (options.spacer.value) options.spacer.value.style.height = `${spacerPx(geometry)}px`
    const goal = revealing && map.rowCount > 0 && geometry.viewportPx > 0 ? revealedPx(revealing) : undefined
    if (goal !== undefined) {
      revealing = undefined
      go(placeAt(goal, geometry))
    } else if (props.mode === 'FOLLOWING') go(placeAt(maxTopPx(geometry), geometry))
    else go(stayAt(position, anchor ? layout.topPx(map.rowOf(anchor.seq)) - anchor.edgePx : 0, geometry))
    paint()
  }

  /** The lines that have rows; makes the map of those rows. */
  function linesNow(): LineSeqs {
    const { logs, shown, gaps, unloaded } = props
    if (!shown) {
      const lines = seqsBeside(gaps, Math.max(logs.last, gaps.at(-1)?.to ?? 0))
      map = new RowMap(lines, gaps)
      return lines
    }
    const endMs = performance.now() + FILTER_BUDGET_MS
    const isDone = shown.advance({ shouldStop: () => performance.now() > endMs, nearSeq: inView.firstSeq })
    if (!isDone) scheduler.request()
    const loadable = unloaded.filter((range) => range.from < logs.last)
    map = new RowMap(shown, gaps, loadable)
    return shown
  }

  /** The first line in view, by its seq, which stays the same when rows above come or go. */
  function anchorNow(): Anchor | undefined {
    if (layout.rowCount === 0) return undefined
    const { first, count } = visibleRows(position.topPx, geometry.viewportPx, layout)
    let row = first
    while (row + 1 < first + count && map.seqAt(row) === 0) row += 1
    const target = map.targetOf(row)
    return { seq: target.kind === 'log' ? target.seq : target.gap.from, edgePx: layout.topPx(row) - position.topPx }
  }

  function revealedPx({ seq, align }: NonNullable<typeof revealing>): number {
    const row = Math.min(map.rowOf(seq), map.rowCount - 1)
    const topPx = layout.topPx(row)
    const spacePx = geometry.viewportPx - layout.heightPx(row)
    if (align === 'nearest') return Math.max(topPx - spacePx, Math.min(topPx, position.topPx))
    return topPx - Math.max(0, spacePx / 2)
  }

  function startOver(logs: LogBuffer): void {
    if (rendered) options.send({ type: 'reset' })
    if (rendered && revealing) options.send({ type: 'jumped_away' })
    rendered = { logs, shown: props.shown }
    countedTo = 0
    layout = lineLayout(0)
    painted.value = NOTHING_PAINTED
  }

  function countArrived(lines: LineSeqs): void {
    let arrived = 0
    let errors = 0
    for (let index = lines.indexOf(Math.max(countedTo, props.pastLastSeq) + 1); index < lines.count; index += 1) {
      countedTo = lines.at(index) ?? countedTo
      const level = props.logs.levelAt(countedTo)
      if (level !== undefined) arrived += 1
      if (level === 'error') errors += 1
    }
    if (!props.shown) countedTo = props.logs.last
    if (arrived > 0) options.send({ type: 'lines_arrived', lines: arrived, errors })
  }

  function paint(): void {
    const { first, count, offsetPx } = visibleRows(position.topPx, geometry.viewportPx, layout)
    const before = look.value === paintedLook ? painted.value : NOTHING_PAINTED
    paintedLook = look.value
    const views = Array.from({ length: count }, (_, index) => {
      const known = before.views[first + index - before.first]
      const target = map.targetOf(first + index)
      return known && shows(known, target) ? known : viewOf(props.logs, target, paintedLook)
    })
    const poolSize = Math.ceil(geometry.viewportPx / ROW_PX) + 1
    painted.value = { views, first, offsetPx, rowCount: map.rowCount, viewportPx: geometry.viewportPx, poolSize }
    tellView(views)
  }

  function tellView(views: readonly RowView[]): void {
    const last = views.at(-1)
    const firstSeq = views[0]?.seq ?? 0
    const lastSeq = last?.kind === 'gap' ? last.gap.to : (last?.seq ?? 0)
    if (firstSeq !== inView.firstSeq || lastSeq !== inView.lastSeq) options.tellView((inView = { firstSeq, lastSeq }))
    need(props.shown ? undefined : inView, props.unloaded)
  }

  /** Whether a row painted before is what belongs there now; a log that is stored never changes. */
  function shows(view: RowView, target: RowTarget): boolean {
    if (target.kind === 'log') {
      return view.seq === target.seq && (view.kind === 'line' || (view.kind === 'blank' && !props.logs.has(view.seq)))
    }
    const isSame = view.kind === 'gap' && view.seq === target.gap.from && view.gap.to === target.gap.to
    return isSame && view.isLoadable === target.isLoadable
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
    if (props.mode !== 'FOLLOWING') go(placeAt(position.topPx, geometry))
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

  function reveal(seq: number, { align = 'center' }: RevealOptions = {}): void {
    revealing = { seq, align }
    options.send({ type: 'jumped_away' })
    scheduler.request()
  }

  /** Brings the row before or after a line's into view; the seq of that row. */
  function revealBeside(seq: number, by: -1 | 1): number {
    const target = map.targetOf(Math.max(0, Math.min(map.rowCount - 1, map.rowOf(seq) + by)))
    const beside = target.kind === 'log' ? target.seq : target.gap.from
    reveal(beside, { align: 'nearest' })
    return beside
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
  watch(
    () => [props.mode, props.logs, props.version, props.gaps, props.unloaded, props.shown, look.value],
    scheduler.request,
  )

  return {
    painted,
    onScroll,
    onScrollEnd,
    intend,
    moveBy,
    reveal,
    revealBeside,
    /** What is copied when the rows of these seqs are selected. */
    copiedText: (selected: SeqRange) => copiedText(props.logs, map, { ...selected, isWrapped: look.value.isWrapped }),
    moveToStart: () => jump(0),
    /** One row of the page before stays in view. */
    pagePx: () => Math.max(ROW_PX, geometry.viewportPx - ROW_PX),
    isAtEnd: () => isAtEnd(position.topPx, geometry),
  }
}
