// `#L120-L140` enters, a range of lines leaves, and back; a line is named by its seq, so a link survives filters and reloads. Pure.

import type { SeqRange } from '@runtail/core'

/** The lines that a fragment names, in either order; undefined where it names none. */
export function parseLineHash(hash: string): SeqRange | undefined {
  const [, one, other = one] = /^#L(\d{1,15})(?:-L(\d{1,15}))?$/.exec(hash) ?? []
  const from = Math.min(Number(one), Number(other))
  return from > 0 ? { from, to: Math.max(Number(one), Number(other)) } : undefined
}

/** The fragment of these lines; empty for none. */
export function lineHash(lines: SeqRange | undefined): string {
  if (!lines) return ''
  return lines.from === lines.to ? `#L${lines.from}` : `#L${lines.from}-L${lines.to}`
}

/**
 * What is linked after the number of line `seq` was pressed: that line, or, to `extend`, everything from the linked one to it. Nothing where
 * that line alone was linked before.
 */
export function linkedAfter(before: SeqRange | undefined, seq: number, extend: boolean): SeqRange | undefined {
  if (before && extend) return { from: Math.min(before.from, seq), to: seq < before.from ? before.to : seq }
  return before?.from === seq && before.to === seq ? undefined : { from: seq, to: seq }
}
