// Logs and the reader's hands enter, the rows to paint leave: rendered at most once per frame, from where the reader is. Follows only in FOLLOWING.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { computed, onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { createFrameScheduler } from '../frame-scheduler.ts'
import { copiedText } from './copied-text.ts'
import type { FollowEvent } from './follow-machine.ts'
import { viewOf, type RowLook, type RowView } from './line-view.ts'
import { ROW_PX, visibleRows } from './row-layout.ts'
import type { RowTarget } from './row-map.ts'
import { useUnloadedNeed } from './use-unloaded-need.ts'
import { useViewportScroll } from './use-viewport-scroll.ts'
import type { RevealOptions, ViewportProps } from './viewport-props.ts'
import { ViewportRows, type Anchor } from './viewport-rows.ts'
import { wrapMeasures } from './wrap-measures.ts'

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
  /** One more than are ever painted at once: a row's key is its distance from `keyBase` modulo this, so elements are used again. */
  readonly poolSize: number
  /** Rows that stay in view keep their elements; where most are new all change their content in place, for to move elements costs more. */
  readonly keyBase: number
}

const NOTHING_PAINTED: PaintedRows = {
  views: [],
  first: 0,
  offsetPx: 0,
  rowCount: 0,
  viewportPx: 0,
  poolSize: 1,
  keyBase: 0,
}

/** In a flood every row is another one in every frame, which nobody can read: half of the frames show as much, and cost half. */
const FLOOD_FRAME_MS = 30

/** A filter looks at new lines for so long in one frame. */
const FILTER_BUDGET_MS = 4

/** Rows are painted again so often in one frame while their heights turn out otherwise: a scrollbar that comes and goes has no end. */
const MAX_MEASURES = 5

/** Runs a viewport for as long as the component lives. */
export function useLogViewport(props: ViewportProps, options: LogViewportOptions) {
  const { viewport, send } = options
  const painted = shallowRef(NOTHING_PAINTED)
  const look = computed<RowLook>(() => ({
    time: props.time ?? 'local',
    originMs: props.originMs ?? 0,
    highlight: props.highlight,
    isWrapped: props.wrap ?? false,
  }))
  const rows = new ViewportRows()
  let rendered: Pick<ViewportProps, 'logs' | 'shown'> | undefined
  let paintedLook = look.value
  let countedTo = 0
  let inView = { firstSeq: 0, lastSeq: 0 }
  /** What the reader asked to see, until it is rendered. */
  let revealing: { readonly seq: number; readonly align: RevealOptions['align'] } | undefined
  /** What the reader was led to, until a scroll away: while heights around it are put right it is this that must not move. */
  let pinned: Anchor | undefined
  let measures = 0
  let renderedMs = 0
  let isFlood = false

  const isFollowing = (): boolean => props.mode === 'FOLLOWING'
  const scheduler = createFrameScheduler(render)
  onScopeDispose(scheduler.dispose)
  const need = useUnloadedNeed(options.need)
  const scroll = useViewportScroll({ ...options, isFollowing, moved })
  const anchorNow = (): Anchor | undefined => pinned ?? rows.anchorAt(scroll.topPx(), scroll.viewportPx())

  function render(): void {
    const timeMs = performance.now()
    if (isFlood && isFollowing() && timeMs - renderedMs < FLOOD_FRAME_MS) return scheduler.request()
    renderedMs = timeMs
    const { logs, shown } = props
    if (logs !== rendered?.logs || logs.last < countedTo) startOver(logs)
    if (shown !== rendered?.shown) countedTo = logs.last
    rendered = { logs, shown }
    const anchor = anchorNow()
    filterNew()
    rows.update(props)
    countArrived()
    place(anchor)
    measures = 0
    paint()
  }

  /** Lines that arrived are in their filtered rows with this frame, or soon. */
  function filterNew(): void {
    const endMs = performance.now() + FILTER_BUDGET_MS
    const isDone = props.shown?.advance({ shouldStop: () => performance.now() > endMs, nearSeq: inView.firstSeq })
    if (isDone === false) scheduler.request()
  }

  /** Moves the viewport to where it belongs among the rows as they are now. */
  function place(anchor: Anchor | undefined): void {
    scroll.resizeContent(rows.layout.contentPx, rows.isReckoned)
    if (revealing && rows.map.rowCount > 0 && scroll.viewportPx() > 0) {
      const row = rows.rowNear(revealing.seq)
      scroll.place(revealedPx(row, revealing.align))
      pinned = { seq: rows.seqOf(row), edgePx: rows.layout.topPx(row) - scroll.topPx() }
      revealing = undefined
    } else if (isFollowing()) {
      pinned = undefined
      scroll.toEnd()
    } else scroll.stay(anchor ? rows.topPxOf(anchor) : 0)
  }

  function revealedPx(row: number, align: RevealOptions['align']): number {
    const topPx = rows.layout.topPx(row)
    const spacePx = scroll.viewportPx() - rows.layout.heightPx(row)
    if (align === 'nearest') return Math.max(topPx - spacePx, Math.min(topPx, scroll.topPx()))
    return topPx - Math.max(0, spacePx / 2)
  }

  function startOver(logs: LogBuffer): void {
    if (rendered) send({ type: 'reset' })
    if (rendered && revealing) send({ type: 'jumped_away' })
    rendered = { logs, shown: props.shown }
    countedTo = 0
    pinned = undefined
    rows.clear()
    painted.value = NOTHING_PAINTED
  }

  function countArrived(): void {
    const { lines } = rows
    let arrived = 0
    let errors = 0
    for (let index = lines.indexOf(Math.max(countedTo, props.pastLastSeq) + 1); index < lines.count; index += 1) {
      countedTo = lines.at(index) ?? countedTo
      const level = props.logs.levelAt(countedTo)
      if (level !== undefined) arrived += 1
      if (level === 'error') errors += 1
    }
    if (!props.shown) countedTo = props.logs.last
    if (arrived > 0) send({ type: 'lines_arrived', lines: arrived, errors })
  }

  function paint(): void {
    const viewportPx = scroll.viewportPx()
    const { first, count, offsetPx } = visibleRows(scroll.topPx(), viewportPx, rows.layout)
    const before = look.value === paintedLook ? painted.value : NOTHING_PAINTED
    paintedLook = look.value
    const views = Array.from({ length: count }, (_, index) => {
      const known = before.views[first + index - before.first]
      const target = rows.map.targetOf(first + index)
      return known && shows(known, target) ? known : viewOf(props.logs, target, paintedLook)
    })
    const poolSize = Math.ceil(viewportPx / ROW_PX) + 1
    const shift = first - painted.value.first
    isFlood = shift >= count
    const keyBase = painted.value.keyBase + (Math.abs(shift) > count / 2 ? shift : 0)
    painted.value = { views, first, offsetPx, rowCount: rows.map.rowCount, viewportPx, poolSize, keyBase }
    const { from, to } = count === 0 ? { from: 0, to: 0 } : rows.range(first, first + count - 1)
    if (from !== inView.firstSeq || to !== inView.lastSeq) options.tellView((inView = { firstSeq: from, lastSeq: to }))
    need(props.shown ? undefined : inView, props.unloaded)
  }

  /** Whether a row painted before is what belongs there now; a log that is stored never changes. */
  function shows(view: RowView, target: RowTarget): boolean {
    if (target.kind === 'log') {
      return view.seq === target.seq && view.kind !== 'gap' && (view.kind === 'line' || !props.logs.has(view.seq))
    }
    const isSame = view.kind === 'gap' && view.gap.from === target.gap.from && view.gap.to === target.gap.to
    return isSame && view.isLoadable === target.isLoadable
  }

  /** Heights that were reckoned are put right in the frame in which they are painted, around a line that stays where it is. */
  function measure(): void {
    const found = props.wrap && viewport.value ? wrapMeasures(viewport.value) : undefined
    if (!found || (measures += 1) > MAX_MEASURES) return
    const anchor = anchorNow()
    if (!rows.measure(found.columns, found.lines)) return
    rows.update(props)
    place(anchor)
    paint()
  }

  function moved(isByHand: boolean): void {
    if (isByHand) pinned = undefined
    scheduler.request()
  }

  function reveal(seq: number, { align = 'center' }: RevealOptions = {}): void {
    revealing = { seq, align }
    send({ type: 'jumped_away' })
    scheduler.request()
  }

  /** Brings the row before or after a line's into view; the seq of that row. */
  function revealBeside(seq: number, by: -1 | 1): number {
    const beside = rows.seqOf(Math.max(0, Math.min(rows.map.rowCount - 1, rows.map.rowOf(seq) + by)))
    reveal(beside, { align: 'nearest' })
    return beside
  }

  watch(painted, scroll.settle, { flush: 'post' })
  watch(painted, measure, { flush: 'post' })
  watch(
    () => [props.mode, props.logs, props.version, props.gaps, props.unloaded, props.shown, look.value],
    scheduler.request,
  )

  return {
    painted,
    ...scroll,
    moveToStart: () => scroll.canMove() && reveal(rows.seqOf(0)),
    reveal,
    revealBeside,
    /** What is copied when the rows of these seqs are selected. */
    copiedText: (selected: SeqRange) => copiedText(props.logs, rows.map, selected),
  }
}
