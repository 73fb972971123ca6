// The histories of a run enter, what was lost, doubled or out of order leaves, and how long it took to recover; pure, and tested with bad histories.

import type { LogAt, Sighting } from './records.ts'

/** A time of trouble, in Unix milliseconds. */
export interface Span {
  readonly what: string
  readonly fromMs: number
  readonly toMs: number
  /** The name of the one who suffered, or `all`. */
  readonly whom: string
}

/** Everything that was written down, by execution where nothing else is said. */
export interface History {
  /** Ids, in the order in which they were handed to the SDK. */
  readonly submitted: ReadonlyMap<string, readonly string[]>
  /** How many of them, from the first, were acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>
  /** What the database holds, by seq. */
  readonly stored: ReadonlyMap<string, readonly LogAt[]>
  /** By the follower's name. */
  readonly followers: ReadonlyMap<string, readonly Sighting[]>
  readonly spans: readonly Span[]
  /** Unix milliseconds of connection attempts. */
  readonly attempts: readonly number[]
}

/** What a history amounts to. */
export interface Verdict {
  readonly submitted: number
  readonly acknowledged: number
  readonly stored: number
  readonly seen: ReadonlyMap<string, number>
  /** Submitted and not stored, or stored and not seen by a follower. */
  readonly lost: number
  /** Acknowledged and not stored; these are among the lost. */
  readonly falselyAcknowledged: number
  /** Stored or seen more than once. */
  readonly doubled: number
  /** Stored or seen elsewhere than after its predecessor. */
  readonly outOfOrder: number
  /** Seen and not stored. */
  readonly invented: number
  readonly gapsShown: number
  readonly resets: number
  readonly worstRecovery: { readonly ms: number; readonly after: string }
  readonly maxAttemptsPerSecond: number
  /** The first few things that were wrong, to begin looking with. */
  readonly findings: readonly string[]
}

/** Whether the promise held. */
export function holds({ lost, doubled, outOfOrder, invented, falselyAcknowledged }: Verdict): boolean {
  return lost + doubled + outOfOrder + invented + falselyAcknowledged === 0
}

/** The verdict. */
export function evaluate(history: History): Verdict {
  const { submitted, acknowledged, stored, followers, spans, attempts } = history
  const tally = new Tally()
  for (const [executionId, ids] of submitted) {
    checkStored(ids, { tally, acknowledged: acknowledged.get(executionId) ?? 0, stored: stored.get(executionId) ?? [] })
  }
  for (const [name, sightings] of followers) checkSeen(tally, name, { sightings, stored })
  const all = [...followers.values()].flat()
  return {
    ...tally.counts,
    findings: tally.findings,
    submitted: sum(submitted.values().map((ids) => ids.length)),
    acknowledged: sum(acknowledged.values()),
    stored: sum(stored.values().map((logs) => logs.length)),
    seen: new Map([...followers].map(([name, sightings]) => [name, sum(sightings.map(({ logs }) => logs.length))])),
    gapsShown: sum(all.map(({ gaps }) => gaps.length)),
    resets: all.filter(({ reset }) => reset).length,
    worstRecovery: worstRecovery(followers, spans),
    maxAttemptsPerSecond: mostWithin(attempts, 1000),
  }
}

const SHOWN_FINDINGS = 20

class Tally {
  readonly counts = { lost: 0, falselyAcknowledged: 0, doubled: 0, outOfOrder: 0, invented: 0 }
  readonly findings: string[] = []

  add(what: keyof Tally['counts'], finding: string): void {
    this.counts[what] += 1
    if (this.findings.length < SHOWN_FINDINGS) this.findings.push(`${what}: ${finding}`)
  }
}

function checkStored(
  ids: readonly string[],
  { tally, acknowledged, stored }: { tally: Tally; acknowledged: number; stored: readonly LogAt[] },
): void {
  const places = new Map<string, number>()
  stored.forEach(([seq, id], index) => {
    if (seq !== index + 1) tally.add('outOfOrder', `stored at ${seq} instead of ${index + 1}: ${id}`)
    if (places.has(id)) tally.add('doubled', `stored at ${places.get(id)} and ${seq}: ${id}`)
    places.set(id, seq)
  })
  let last = 0
  ids.forEach((id, index) => {
    const seq = places.get(id)
    if (seq === undefined) {
      tally.add('lost', `submitted, not stored: ${id}`)
      if (index < acknowledged) tally.add('falselyAcknowledged', id)
      return
    }
    if (seq < last) tally.add('outOfOrder', `stored at ${seq}, before what was submitted earlier: ${id}`)
    last = seq
  })
}

function checkSeen(
  tally: Tally,
  name: string,
  { sightings, stored }: { sightings: readonly Sighting[]; stored: History['stored'] },
): void {
  const byExecution = Map.groupBy(sightings, ({ execution_id }) => execution_id)
  for (const executionId of new Set([...stored.keys(), ...byExecution.keys()])) {
    const logs = stored.get(executionId) ?? []
    const isStored = new Map(logs.map(([seq, id]) => [seq, id]))
    const seen = new Set<number>()
    let last = 0
    for (const [seq, id] of (byExecution.get(executionId) ?? []).flatMap((sighting) => sighting.logs)) {
      if (isStored.get(seq) !== id) tally.add('invented', `${name} saw ${id} at ${seq}`)
      if (seen.has(seq)) tally.add('doubled', `${name} saw ${seq} again: ${id}`)
      else if (seq < last) tally.add('outOfOrder', `${name} saw ${seq} after ${last}: ${id}`)
      seen.add(seq)
      last = Math.max(last, seq)
    }
    for (const [seq, id] of logs) if (!seen.has(seq)) tally.add('lost', `${name} did not see ${seq}: ${id}`)
  }
}

/** What was on its way when a fault struck still arrives, and hides the silence after it. */
const IN_FLIGHT_MS = 100

/** The longest silence of a follower over the end of a trouble, counted from that end; silences into which another trouble fell are that one's. */
function worstRecovery(followers: History['followers'], spans: readonly Span[]): Verdict['worstRecovery'] {
  let worst = { ms: 0, after: 'nothing' }
  for (const [name, sightings] of followers) {
    const own = spans.filter(({ whom }) => whom === 'all' || whom === name)
    const times = sightings.filter(({ logs }) => logs.length > 0).map(({ at_ms: atMs }) => atMs)
    for (const { what, toMs } of own) {
      const next = times.findIndex((atMs) => atMs > toMs + IN_FLIGHT_MS)
      const [last, first] = [times[next - 1], times[next]]
      if (last === undefined || first === undefined) continue
      const isStruckAgain = own.some(({ fromMs }) => fromMs > toMs && fromMs < first)
      const ms = first - Math.max(last, toMs)
      if (!isStruckAgain && ms > worst.ms) worst = { ms, after: `${what}, ${name}` }
    }
  }
  return worst
}

/** The most of these times that lie within a window. */
export function mostWithin(timesMs: readonly number[], windowMs: number): number {
  const sorted = timesMs.toSorted((a, b) => a - b)
  let most = 0
  let begin = 0
  sorted.forEach((timeMs, index) => {
    while ((sorted[begin] ?? timeMs) <= timeMs - windowMs) begin += 1
    most = Math.max(most, index - begin + 1)
  })
  return most
}

function sum(numbers: Iterable<number>): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}
