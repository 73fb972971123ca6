import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beginLiveness, observe, type LivenessAction, type Sample } from '../src/liveness.ts'

const times = { pingAfterMs: 4000, pongWithinMs: 4000, stallMs: 30_000 }
const STEP_MS = 1000

/** Plays a connection second by second; `at` says what the counters are then. Gives each action with its second. */
function play(seconds: number, at: (second: number) => Partial<Omit<Sample, 'nowMs'>>): [number, LivenessAction][] {
  const sampleAt = (second: number): Sample => ({
    nowMs: second * STEP_MS,
    receivedBytes: 0,
    flushedBytes: 0,
    unsentBytes: 0,
    ...at(second),
  })
  let liveness = beginLiveness(sampleAt(0))
  const actions: [number, LivenessAction][] = []
  for (let second = 1; second <= seconds; second += 1) {
    const next = observe(liveness, sampleAt(second), times)
    liveness = next.liveness
    if (next.action !== 'none') actions.push([second, next.action])
  }
  return actions
}

describe('observe', () => {
  test('pings a silent peer and ends it within ten seconds', () => {
    expect(play(9, () => ({}))).toStrictEqual([
      [4, 'ping'],
      [8, 'terminate'],
      [9, 'terminate'],
    ])
  })

  test('lets a peer live that answers pings', () => {
    // Each ping is answered a second later.
    const answers = [5, 10, 15, 20]
    const actions = play(23, (second) => ({ receivedBytes: answers.filter((when) => when <= second).length }))
    expect(actions).toStrictEqual([4, 9, 14, 19].map((second) => [second, 'ping']))
  })

  test('does not ping a peer that sends', () => {
    expect(play(60, (second) => ({ receivedBytes: second }))).toStrictEqual([])
  })

  test('lets a slow reader live that takes some of its data now and then', () => {
    const actions = play(120, (second) => ({ unsentBytes: 300_000, flushedBytes: Math.floor(second / 20) * 65_536 }))
    expect(actions.map(([, action]) => action)).not.toContain('close_slow')
    expect(actions.map(([, action]) => action)).not.toContain('terminate')
  })

  test('closes as too slow a peer that takes nothing of its data', () => {
    expect(play(30, () => ({ unsentBytes: 300_000 }))).toStrictEqual([
      [4, 'ping'],
      [30, 'close_slow'],
    ])
  })

  test('lets a peer live that takes nothing yet but sends: behind a slow line a large frame counts only when all of it has gone', () => {
    expect(play(120, (second) => ({ unsentBytes: 300_000, receivedBytes: second }))).toStrictEqual([])
  })

  test('is not deceived by bytes that the operating system takes for a peer that is gone', () => {
    const actions = play(8, (second) => ({ flushedBytes: second * 1000 }))
    expect(actions).toStrictEqual([
      [4, 'ping'],
      [8, 'terminate'],
    ])
  })

  test('never ends a connection within the time that a peer has to answer', () => {
    const samples = fc.array(
      fc.record({ stepMs: fc.integer({ min: 1, max: 3000 }), receives: fc.boolean(), unsentBytes: fc.nat(1000) }),
      { maxLength: 100 },
    )
    fc.assert(
      fc.property(samples, (steps) => {
        const least: Record<LivenessAction, number> = { none: 0, ping: 4000, terminate: 8000, close_slow: 30_000 }
        let now: Sample = { nowMs: 0, receivedBytes: 0, flushedBytes: 0, unsentBytes: 0 }
        let liveness = beginLiveness(now)
        let lastSignMs = 0
        for (const { stepMs, receives, unsentBytes } of steps) {
          const nowMs = now.nowMs + stepMs
          if (receives) lastSignMs = nowMs
          now = { nowMs, receivedBytes: now.receivedBytes + (receives ? 1 : 0), flushedBytes: 0, unsentBytes }
          const next = observe(liveness, now, times)
          liveness = next.liveness
          expect(nowMs - lastSignMs).toBeGreaterThanOrEqual(least[next.action])
        }
      }),
      { verbose: 1 },
    )
  })
})
