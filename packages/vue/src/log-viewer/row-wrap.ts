// Wrapped rows enter, heights leave: exact for rows that were measured, reckoned from bytes and columns for all others; sums per 1,024 seqs keep a million cheap.

import type { LogBuffer, SeqRange } from '@runtail/core'
import { CLIP_LENGTH } from './line-view.ts'
import { ROW_PX, type RowLayout } from './row-layout.ts'
import { countWhile, seqsBeside, type RowMap } from './row-map.ts'

const CHUNK_SEQS = 1024

/** Rows as high as their messages need at so many columns. */
export class WrapLayout implements RowLayout {
  readonly columns: number
  readonly #logs: LogBuffer
  #map: RowMap
  /** Lines of the rows that were measured, by chunk and place in it; 0 is unknown. */
  readonly #measured: (Uint16Array | undefined)[] = []
  /** Of each chunk: how many rows begin in it and how many of its lines are held, which tells whether its sum is still right. */
  readonly #stamps: number[] = []
  readonly #sums: number[] = []
  /** Rows and lines before each chunk, and behind the last one. */
  readonly #rowsBefore = [0]
  readonly #linesBefore = [0]

  constructor(logs: LogBuffer, map: RowMap, columns: number) {
    this.#logs = logs
    this.#map = map
    this.columns = columns
  }

  get rowCount(): number {
    return this.#map.rowCount
  }

  get contentPx(): number {
    return (this.#linesBefore.at(-1) ?? 0) * ROW_PX
  }

  topPx(row: number): number {
    const chunk = countWhile(this.#sums.length, (index) => (this.#rowsBefore[index + 1] ?? 0) <= row)
    let lines = this.#linesBefore[chunk] ?? 0
    for (let before = this.#rowsBefore[chunk] ?? 0; before < row; before += 1) lines += this.#linesOfRow(before)
    return lines * ROW_PX
  }

  heightPx(row: number): number {
    return this.#linesOfRow(row) * ROW_PX
  }

  rowAt(px: number): number {
    const line = Math.floor(px / ROW_PX)
    const chunk = countWhile(this.#sums.length, (index) => (this.#linesBefore[index + 1] ?? 0) <= line)
    let row = this.#rowsBefore[chunk] ?? 0
    let end = this.#linesBefore[chunk] ?? 0
    while (row < this.rowCount - 1 && (end += this.#linesOfRow(row)) <= line) row += 1
    return row
  }

  /** Whether the height of a line's row is known, not reckoned. */
  isMeasured(seq: number): boolean {
    return (this.#measured[Math.floor(seq / CHUNK_SEQS)]?.[seq % CHUNK_SEQS] ?? 0) > 0
  }

  /** Takes a height that was measured; whether it differs from the one that was reckoned. Sums are right again after `update`. */
  measure(seq: number, heightPx: number): boolean {
    const lines = Math.max(1, Math.round(heightPx / ROW_PX))
    const chunk = Math.floor(seq / CHUNK_SEQS)
    const before = this.#linesOf(seq)
    const measured = (this.#measured[chunk] ??= new Uint16Array(CHUNK_SEQS))
    measured[seq % CHUNK_SEQS] = lines
    this.#sums[chunk] = (this.#sums[chunk] ?? 0) + lines - before
    return lines !== before
  }

  /** Sums up what has changed: chunks with other rows, or with lines that were loaded since. No row begins after `lastSeq`. */
  update(
    map: RowMap,
    { lastSeq, unloaded }: { readonly lastSeq: number; readonly unloaded: readonly SeqRange[] },
  ): void {
    this.#map = map
    const loaded = seqsBeside(unloaded, Math.max(lastSeq, unloaded.at(-1)?.to ?? 0))
    const chunks = map.rowCount === 0 ? 0 : Math.floor(lastSeq / CHUNK_SEQS) + 1
    this.#sums.length = this.#stamps.length = chunks
    this.#rowsBefore.length = this.#linesBefore.length = chunks + 1
    let loadedBefore = 0
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const from = chunk * CHUNK_SEQS
      const to = from + CHUNK_SEQS
      const rowsTo = map.rowsBefore(to)
      const loadedTo = loaded.indexOf(to)
      const stamp = (rowsTo - (this.#rowsBefore[chunk] ?? 0)) * 2 * CHUNK_SEQS + loadedTo - loadedBefore
      if (this.#stamps[chunk] !== stamp) {
        this.#sums[chunk] = map.sumOver({ from, to }, this.#measured[chunk] ? this.#linesOf : this.#reckon)
      }
      this.#stamps[chunk] = stamp
      this.#rowsBefore[chunk + 1] = rowsTo
      this.#linesBefore[chunk + 1] = (this.#linesBefore[chunk] ?? 0) + (this.#sums[chunk] ?? 0)
      loadedBefore = loadedTo
    }
  }

  #linesOfRow(row: number): number {
    const seq = this.#map.seqAt(row)
    return seq === 0 ? 1 : this.#linesOf(seq)
  }

  readonly #linesOf = (seq: number): number => {
    const measured = this.#measured[Math.floor(seq / CHUNK_SEQS)]?.[seq % CHUNK_SEQS] ?? 0
    return measured > 0 ? measured : this.#reckon(seq)
  }

  readonly #reckon = (seq: number): number =>
    Math.max(1, Math.ceil(Math.min(this.#logs.messageBytesAt(seq), CLIP_LENGTH) / this.columns))
}
