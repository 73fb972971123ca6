// What a viewport is to show enters, its rows leave: which they are, where they lie, and a line that holds the reader's place while others come and go.

import type { SeqRange } from '@runtail/core'
import { lineLayout, visibleRows, type RowLayout } from './row-layout.ts'
import { RowMap, seqsBeside, type LineSeqs } from './row-map.ts'
import { WrapLayout } from './row-wrap.ts'
import type { ViewportProps } from './viewport-props.ts'

/** A line and where it stands: what must not move when others do. */
export interface Anchor {
  readonly seq: number
  /** Its upper edge from the viewport's. */
  readonly edgePx: number
}

/** A line and its height on the page. */
export interface MeasuredLine {
  readonly seq: number
  readonly heightPx: number
}

/** The rows of one viewport; `update` takes what has changed, everything else only looks. */
export class ViewportRows {
  map = new RowMap(seqsBeside([], 0), [])
  layout: RowLayout = lineLayout(0)
  /** The lines that have rows. */
  lines: LineSeqs = seqsBeside([], 0)
  #wrapped: WrapLayout | undefined
  /** Characters in a line of a wrapped message; 0 until somebody measured it. */
  #columns = 0
  #props: Pick<ViewportProps, 'logs' | 'shown'> | undefined

  /** Whether heights are reckoned, and put right when rows are painted. */
  get isReckoned(): boolean {
    return this.#wrapped !== undefined
  }

  update(props: ViewportProps): void {
    const { logs, shown, gaps, unloaded } = props
    if (shown) {
      this.lines = shown
      this.map = new RowMap(
        shown,
        gaps,
        unloaded.filter((range) => range.from < logs.last),
      )
    } else {
      this.lines = seqsBeside(gaps, Math.max(logs.last, gaps.at(-1)?.to ?? 0))
      this.map = new RowMap(this.lines, gaps)
    }
    const isOther =
      logs !== this.#props?.logs || shown !== this.#props.shown || this.#wrapped?.columns !== this.#columns
    this.#props = { logs, shown }
    if (!props.wrap || this.#columns === 0) this.#wrapped = undefined
    else if (isOther) this.#wrapped = new WrapLayout(logs, this.map, this.#columns)
    this.#wrapped?.update(this.map, { lastSeq: Math.max(logs.last, gaps.at(-1)?.from ?? 0), unloaded })
    this.layout = this.#wrapped ?? lineLayout(this.map.rowCount)
  }

  clear(): void {
    this.layout = lineLayout(0)
  }

  /** Takes how wrapped rows came out; whether anything differs from what was reckoned, so that an `update` is due. */
  measure(columns: number, lines: readonly MeasuredLine[]): boolean {
    if (columns !== this.#columns) {
      this.#columns = columns
      return true
    }
    let isOther = false
    for (const { seq, heightPx } of lines) if (this.#wrapped?.measure(seq, heightPx)) isOther = true
    return isOther
  }

  /** The first line in view of a known height: it is known by its seq, which stays the same when rows above come or go. */
  anchorAt(topPx: number, viewportPx: number): Anchor | undefined {
    if (this.layout.rowCount === 0) return undefined
    const { first, count } = visibleRows(topPx, viewportPx, this.layout)
    const find = (holds: (seq: number) => boolean): number => {
      for (let row = first; row < first + count; row += 1) if (holds(this.map.seqAt(row))) return row
      return -1
    }
    const known = this.#wrapped ? find((seq) => this.#wrapped?.isMeasured(seq) === true) : -1
    const row = Math.max(first, known >= 0 ? known : find((seq) => seq > 0))
    return { seq: this.seqOf(row), edgePx: this.layout.topPx(row) - topPx }
  }

  /** Where the viewport must stand for a line to stand where it stood. */
  topPxOf({ seq, edgePx }: Anchor): number {
    return this.layout.topPx(this.map.rowOf(seq)) - edgePx
  }

  /** Of a row's line, or the first one of its gap. */
  seqOf(row: number): number {
    const target = this.map.targetOf(row)
    return target.kind === 'log' ? target.seq : target.gap.from
  }

  /** The row of a line, or the last one. */
  rowNear(seq: number): number {
    return Math.max(0, Math.min(this.map.rowOf(seq), this.map.rowCount - 1))
  }

  /** The lines from one to another that have rows. */
  range(fromRow: number, toRow: number): SeqRange {
    const target = this.map.targetOf(toRow)
    return { from: this.seqOf(fromRow), to: target.kind === 'log' ? target.seq : target.gap.to }
  }
}
