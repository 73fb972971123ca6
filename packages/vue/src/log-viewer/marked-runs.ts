// Runs of styled text and what is searched for enter, runs with the hits as runs of their own leave; a hit may reach over several styles. Pure.

import type { AnsiRun } from './ansi.ts'

/** A line of nothing but hits must not become thousands of elements. */
const MAX_MARKS = 200

/** The runs, cut where hits begin and end; the same array where there is none. */
export function markedRuns(runs: readonly AnsiRun[], highlight: RegExp | undefined): readonly AnsiRun[] {
  if (!highlight) return runs
  const text = runs.map((run) => run.text).join('')
  const hits = [...text.matchAll(everyHit(highlight))].filter(([hit]) => hit !== '').slice(0, MAX_MARKS)
  if (hits.length === 0) return runs
  const edges = hits.flatMap(({ 0: hit, index }) => [index, index + hit.length])
  const marked: AnsiRun[] = []
  let at = 0
  let edge = 0
  for (const run of runs) {
    const end = at + run.text.length
    for (let from = at; from < end;) {
      const to = Math.min(end, edges[edge] ?? end)
      if (to > from) marked.push({ ...run, text: run.text.slice(from - at, to - at), isMarked: edge % 2 === 1 })
      if (to === edges[edge]) edge += 1
      from = to
    }
    at = end
  }
  return marked
}

const everyHits = new WeakMap<RegExp, RegExp>()

function everyHit(highlight: RegExp): RegExp {
  const known = everyHits.get(highlight) ?? new RegExp(highlight.source, `${highlight.flags.replaceAll(/[gy]/g, '')}g`)
  everyHits.set(highlight, known)
  return known
}
