// Runs of styled text enter, the same in parts of bounded length leave, so that a browser lays out only the parts in sight of a long text. Pure.

import type { AnsiRun } from './ansi.ts'

/** `runs` cut into parts of `length` UTF-16 units; the last is shorter. */
export function textParts(runs: readonly AnsiRun[], length: number): AnsiRun[][] {
  const parts: AnsiRun[][] = []
  let room = 0
  for (const run of runs) {
    for (let at = 0; at < run.text.length;) {
      if (room === 0) {
        parts.push([])
        room = length
      }
      const text = run.text.slice(at, at + room)
      parts.at(-1)?.push({ ...run, text })
      at += text.length
      room -= text.length
    }
  }
  return parts
}
