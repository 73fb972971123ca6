// What is held of an execution enters, the sentence that says whether that is all of it leaves. Pure; no loss is silent (invariant 5).

import type { SeqRange } from '@runtail/core'
import { formatCount, formatCounted } from '../format.ts'

/** What is held, and what is not. */
export interface Completeness {
  /** Lowest and highest seq held; 0 while nothing is. */
  readonly first: number
  readonly last: number
  /** How many lines are held. */
  readonly count: number
  /** How many there are. */
  readonly head: number
  /** What can never be had. */
  readonly gaps: readonly SeqRange[]
  /** What the server has and we do not. */
  readonly unloaded: readonly SeqRange[]
}

/** How many seqs lie in these ranges. */
export function sizeOf(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** `1–48,213`, or `47,214–48,213 of 48,213 loaded`, or `2,000 of 48,213 loaded` where that is not one piece; empty while nothing is held. */
export function heldText({ first, last, count, head, unloaded }: Completeness): string {
  if (last === 0) return ''
  const isPiece = !unloaded.some(({ from }) => from > first && from < last)
  const held = isPiece ? `${formatCount(first)}–${formatCount(last)}` : formatCount(count)
  return unloaded.length === 0 && last >= head ? held : `${held} of ${formatCount(head)} loaded`
}

/** `no gaps`, or `2 gaps, 1,024 lines missing`. */
export function gapsText(gaps: readonly SeqRange[]): string {
  if (gaps.length === 0) return 'no gaps'
  return `${formatCounted(gaps.length, 'gap')}, ${formatCounted(sizeOf(gaps), 'line')} missing`
}
