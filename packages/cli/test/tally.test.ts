// The canary's counting against histories as bad as they can be, and what it makes of them for people and programs.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Latencies } from '../src/canary/latencies.ts'
import { jsonLine, line, prometheus } from '../src/canary/show.ts'
import { isKept, sumOf, Tally, type Counts } from '../src/canary/tally.ts'

const GRACE_MS = 100
const NONE: Counts = { sent: 0, seen: 0, missing: 0, late: 0, doubled: 0, out_of_order: 0, unknown: 0, resets: 0 }

/** After `sent` logs at time 0, what comes, one each millisecond; judged at the end of time or when asked. */
function after(sent: number, seen: readonly number[], nowMs = 1e9): Counts {
  const tally = new Tally(GRACE_MS)
  for (let n = 1; n <= sent; n += 1) expect(tally.send(0)).toBe(n)
  seen.forEach((number, index) => tally.see(number, index))
  return tally.counts(nowMs)
}

describe('a history', () => {
  test.each<[string, number, number[], Partial<Counts>]>([
    ['as it should be', 3, [1, 2, 3], { sent: 3, seen: 3 }],
    ['of nothing', 0, [], {}],
    ['without the last one', 3, [1, 2], { sent: 3, seen: 2, missing: 1 }],
    ['with a hole', 4, [1, 2, 4], { sent: 4, seen: 3, missing: 1 }],
    ['with one twice in a row', 2, [1, 1, 2], { sent: 2, seen: 2, doubled: 1 }],
    ['with a whole batch again', 3, [1, 2, 3, 1, 2, 3], { sent: 3, seen: 3, doubled: 3 }],
    ['with two swapped', 3, [1, 3, 2], { sent: 3, seen: 3, out_of_order: 1 }],
    ['in reverse', 4, [4, 3, 2, 1], { sent: 4, seen: 4, out_of_order: 3 }],
    ['with one that nobody sent', 1, [1, 2, 0], { sent: 1, seen: 1, unknown: 2 }],
    ['of all at once', 5, [1, 3, 3, 2, 9], { sent: 5, seen: 3, missing: 2, doubled: 1, out_of_order: 1, unknown: 1 }],
  ])('%s', (_what, sent, seen, expected) => {
    const counts = after(sent, seen)
    expect(counts).toStrictEqual({ ...NONE, ...expected })
    const isGood = ['as it should be', 'of nothing'].includes(_what)
    expect(isKept(counts)).toBe(isGood)
  })

  test('is missing nothing before the grace time has passed, and what comes later is late, no longer missing', () => {
    const tally = new Tally(GRACE_MS)
    tally.send(0)
    tally.send(50)
    expect(tally.counts(100).missing).toBe(0)
    expect(tally.counts(101).missing).toBe(1)
    expect(tally.counts(151).missing).toBe(2)
    expect(tally.see(1, 160)).toBe(160)
    expect(tally.counts(160)).toStrictEqual({ ...NONE, sent: 2, seen: 1, missing: 1, late: 1 })
    expect(tally.see(2, 161)).toBe(111)
    expect(tally.outstanding).toBe(0)
    expect(isKept(tally.counts(1000))).toBe(true)
  })

  test('after a reset begins anew: what comes again is not doubled, what does not is missing', () => {
    const tally = new Tally(GRACE_MS)
    for (const n of [1, 2, 3, 4]) tally.send(n)
    for (const n of [1, 2, 3]) expect(tally.see(n, 10)).toBe(10 - n)
    tally.reset(20)
    expect(tally.see(1, 21)).toBeUndefined()
    expect(tally.see(2, 21)).toBeUndefined()
    expect(tally.see(4, 21)).toBe(17)
    expect(tally.counts(120)).toStrictEqual({ ...NONE, sent: 4, seen: 3, resets: 1 })
    expect(tally.counts(121)).toMatchObject({ missing: 1, doubled: 0, out_of_order: 0 })
    tally.see(2, 122)
    expect(tally.counts(122)).toMatchObject({ doubled: 1 })
  })

  test('of any kind is counted as by looking through all of it', () => {
    const history = fc.record({
      sent: fc.integer({ min: 0, max: 20 }),
      seen: fc.array(fc.integer({ min: 0, max: 22 })),
    })
    fc.assert(
      fc.property(history, ({ sent, seen }) => {
        const known = seen.filter((n) => n >= 1 && n <= sent)
        const firsts = [...new Set(known)]
        expect(after(sent, seen)).toStrictEqual({
          ...NONE,
          sent,
          seen: firsts.length,
          missing: sent - firsts.length,
          doubled: known.length - firsts.length,
          out_of_order: firsts.filter((n, index) => firsts.slice(0, index).some((before) => before > n)).length,
          unknown: seen.length - known.length,
        })
      }),
    )
  })

  test('of several executions is their sum', () => {
    expect(sumOf([after(3, [1, 1]), after(2, [2, 1]), NONE])).toStrictEqual({
      ...NONE,
      sent: 5,
      seen: 3,
      missing: 2,
      doubled: 1,
      out_of_order: 1,
    })
  })
})

describe('latencies', () => {
  test('quantiles are within 3 % of the exact ones', () => {
    const times = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.99, 1), (all, part) => {
        const latencies = new Latencies()
        for (const ms of all) latencies.add(ms)
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(part * all.length) - 1] ?? Number.NaN
        const ratio = (latencies.quantile(part) ?? Number.NaN) / exact
        expect(ratio).toBeGreaterThan(0.97)
        expect(ratio).toBeLessThan(1.03)
      }),
    )
  })

  test('of nothing are none', () => {
    expect(new Latencies().quantile(0.5)).toBeUndefined()
  })
})

describe('what is told', () => {
  const latencies = new Latencies()
  for (const ms of [1, 2, 300]) latencies.add(ms)
  const counts: Counts = { ...NONE, sent: 4, seen: 3, missing: 1 }
  const atMs = Date.UTC(2026, 0, 31, 12, 0, 1)

  test('to people', () => {
    expect(line({ atMs, counts, latencies, final: false })).toBe(
      '12:00:01  sent 4  seen 3  missing 1  doubled 0  out of order 0  p50 2 ms  p99 301 ms\n',
    )
    expect(line({ atMs, counts, latencies, final: true })).toMatch(/^BROKEN {2}sent 4/)
    expect(line({ atMs, counts: { ...NONE, late: 1, resets: 2 }, latencies: new Latencies(), final: true })).toBe(
      'kept    sent 0  seen 0  missing 0  doubled 0  out of order 0  late 1  resets 2  p50 -  p99 -\n',
    )
  })

  test('to programs', () => {
    const told = jsonLine({ atMs, counts, latencies, final: true })
    expect(told.endsWith('}\n')).toBe(true)
    expect(JSON.parse(told)).toStrictEqual({
      at: '2026-01-31T12:00:01.000Z',
      final: true,
      ...counts,
      p50_ms: 2,
      p99_ms: 301,
    })
  })

  test('to Prometheus', () => {
    const text = prometheus(counts, latencies)
    const lines = text.split('\n')
    expect(lines).toContain('runtail_canary_sent_total 4')
    expect(lines).toContain('# TYPE runtail_canary_missing gauge')
    expect(lines).toContain('runtail_canary_missing 1')
    expect(lines).toContain('runtail_canary_doubled_total 0')
    expect(lines).toContain('runtail_canary_latency_seconds_count 3')
    expect(lines.find((one) => one.startsWith('runtail_canary_latency_seconds{quantile="0.99"}'))).toMatch(/ 0\.30\d+$/)
    // Every line is a comment, a sample or the end of the text.
    for (const one of lines) expect(one).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{quantile="[\d.]+"\})? [\d.e+-]+|)$/)
    expect(prometheus(NONE, new Latencies())).toContain('quantile="0.5"} NaN')
  })
})
