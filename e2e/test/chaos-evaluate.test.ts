// Bad histories: each thing that can go wrong is found, named and counted, and a good history is not blamed.

import { describe, expect, test } from 'vitest'
import { evaluate, holds, mostWithin, type History } from '../chaos/evaluate.ts'
import type { LogAt, Sighting } from '../chaos/records.ts'
import { plan } from '../chaos/schedule.ts'

const RUN = 'run-1'
const IDS = ['a', 'b', 'c', 'd']
const STORED: LogAt[] = [
  [1, 'started'],
  [2, 'a'],
  [3, 'b'],
  [4, 'c'],
  [5, 'd'],
]

function sighting(atMs: number, logs: readonly LogAt[], more: Partial<Sighting> = {}): Sighting {
  return { at_ms: atMs, execution_id: RUN, logs, gaps: [], reset: false, ...more }
}

/** A follower that saw everything, in two updates. */
const GOOD = [sighting(1000, STORED.slice(0, 2)), sighting(1100, STORED.slice(2))]

function history(changes: Partial<History> = {}): History {
  return {
    submitted: new Map([[RUN, IDS]]),
    acknowledged: new Map([[RUN, 4]]),
    stored: new Map([[RUN, STORED]]),
    followers: new Map([['one', GOOD]]),
    spans: [],
    attempts: [],
    ...changes,
  }
}

const seenBy = (sightings: readonly Sighting[]): Partial<History> => ({ followers: new Map([['one', sightings]]) })
const storedAs = (logs: readonly LogAt[]): Partial<History> => ({
  stored: new Map([[RUN, logs]]),
  ...seenBy([sighting(1000, logs)]),
})
const FINE = { lost: 0, falselyAcknowledged: 0, doubled: 0, outOfOrder: 0, invented: 0 }

test('a good history', () => {
  const verdict = evaluate(history())
  expect(verdict).toMatchObject({ ...FINE, submitted: 4, acknowledged: 4, stored: 5, gapsShown: 0, resets: 0 })
  expect(verdict.seen).toEqual(new Map([['one', 5]]))
  expect(verdict.findings).toEqual([])
  expect(holds(verdict)).toBe(true)
})

const WRONG: [string, Partial<History>, Partial<typeof FINE>][] = [
  [
    'a submitted log is not stored',
    { ...storedAs(STORED.slice(0, 4)), acknowledged: new Map([[RUN, 3]]) },
    { lost: 1 },
  ],
  ['an acknowledged log is not stored', storedAs(STORED.slice(0, 4)), { lost: 1, falselyAcknowledged: 1 }],
  ['nothing is stored', storedAs([]), { lost: 4, falselyAcknowledged: 4 }],
  ['a log is stored twice', storedAs([...STORED, [6, 'a']]), { doubled: 1, outOfOrder: 1 }],
  [
    'logs are stored in another order',
    storedAs([STORED[0] ?? [1, ''], [2, 'b'], [3, 'a'], [4, 'c'], [5, 'd']]),
    { outOfOrder: 1 },
  ],
  ['the stored seqs have a hole', storedAs([...STORED.slice(0, 4), [6, 'd']]), { outOfOrder: 1 }],
  ['a follower misses the last log', seenBy([sighting(1, STORED.slice(0, 4))]), { lost: 1 }],
  ['a follower misses a log in the middle', seenBy([sighting(1, STORED.toSpliced(2, 1))]), { lost: 1 }],
  ['a follower sees nothing', seenBy([]), { lost: 5 }],
  ['a follower sees a log twice in one update', seenBy([sighting(1, [...STORED, [5, 'd']])]), { doubled: 1 }],
  ['a follower sees an update again', seenBy([...GOOD, sighting(1200, STORED.slice(2))]), { doubled: 3 }],
  [
    'a follower sees updates in another order',
    seenBy([sighting(1, STORED.slice(2)), sighting(2, STORED.slice(0, 2))]),
    { outOfOrder: 2 },
  ],
  ['a follower sees what is not stored', seenBy([...GOOD, sighting(1200, [[6, 'e']])]), { invented: 1 }],
  ['a follower sees another log at a seq', seenBy([sighting(1, STORED.with(2, [3, 'z']))]), { invented: 1 }],
  [
    'a follower sees an execution that is not stored',
    seenBy([...GOOD, sighting(1, [[1, 'x']], { execution_id: 'run-2' })]),
    { invented: 1 },
  ],
]

describe('found:', () => {
  test.each(WRONG)('%s', (_what, changes, counts) => {
    const verdict = evaluate(history(changes))
    expect(verdict).toMatchObject({ ...FINE, ...counts })
    expect(verdict.findings.length).toBeGreaterThan(0)
    expect(holds(verdict)).toBe(false)
  })

  test('by each follower on its own', () => {
    const followers = new Map([
      ['one', GOOD],
      ['two', GOOD.slice(0, 1)],
      ['three', [...GOOD, ...GOOD]],
    ])
    expect(evaluate(history({ followers }))).toMatchObject({ ...FINE, lost: 3, doubled: 5 })
  })

  test('gaps and resets are counted', () => {
    const shown = sighting(1200, [], { gaps: [{ from: 3, to: 4 }], reset: true })
    expect(evaluate(history(seenBy([...GOOD, shown])))).toMatchObject({ gapsShown: 1, resets: 1 })
  })
})

describe('the worst recovery', () => {
  const seen = seenBy([sighting(1000, [[1, 'a']]), sighting(1500, []), sighting(9000, [[2, 'b']])])
  const recovery = (...spans: History['spans'][number][]): object => evaluate(history({ ...seen, spans })).worstRecovery
  const cut = { what: 'cut', whom: 'one', fromMs: 990, toMs: 990 }
  const kill = { what: 'kill', whom: 'all', fromMs: 2000, toMs: 6000 }

  test('counts from the end of the trouble, or from the last log seen after it, to the next log', () => {
    expect(recovery(kill)).toEqual({ ms: 3000, after: 'kill, one' })
    expect(recovery(cut)).toEqual({ ms: 8000, after: 'cut, one' })
  })

  test('leaves a silence to the last trouble that fell into it', () => {
    expect(recovery(cut, kill)).toEqual({ ms: 3000, after: 'kill, one' })
  })

  test("is not about others' troubles, nor about the time after the last log", () => {
    expect(recovery({ ...cut, whom: 'two' })).toEqual({ ms: 0, after: 'nothing' })
    expect(recovery({ ...kill, toMs: 9500 })).toEqual({ ms: 0, after: 'nothing' })
  })
})

test('the most attempts within a window', () => {
  expect(mostWithin([], 1000)).toBe(0)
  expect(mostWithin([5000, 0, 999, 1000, 1001], 1000)).toBe(3)
})

describe('a plan', () => {
  const options = { seed: 7, durationMs: 60_000, victims: ['one', 'two'] }

  test('is the same for the same seed only', () => {
    expect(plan(options)).toEqual(plan(options))
    expect(plan(options)).not.toEqual(plan({ ...options, seed: 8 }))
  })

  test('has every kind of trouble, in order, and for everybody one at a time', () => {
    const troubles = plan({ ...options, durationMs: 600_000 })
    expect(troubles).toEqual(troubles.toSorted((a, b) => a.atMs - b.atMs))
    const kinds = new Set(troubles.map((trouble) => (trouble.type === 'network' ? trouble.fault.type : trouble.type)))
    expect([...kinds].toSorted()).toEqual(
      ['cut', 'delay', 'freeze', 'half_close', 'kill', 'refuse', 'restart', 'throttle', 'truncate'].toSorted(),
    )
    const bySufferer = Map.groupBy(troubles, (trouble) => (trouble.type === 'network' ? trouble.victim : 'server'))
    expect([...bySufferer.keys()].toSorted()).toEqual(['one', 'server', 'two'])
    for (const own of bySufferer.values()) {
      for (const [index, { atMs, forMs }] of own.entries()) {
        expect(own[index + 1]?.atMs ?? Infinity).toBeGreaterThan(atMs + forMs)
      }
    }
  })
})
