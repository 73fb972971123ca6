import { describe, expect, test } from 'vitest'
import { BRAKE, nextBrake, released, type Backlog, type BrakeState } from '../src/report/brake.ts'

const idle: Backlog = { nowMs: 0, connected: true, logs: 0, bytes: 0, settled: 0 }
const full: Partial<Backlog> = { logs: BRAKE.logs }

/** The states after a sequence of moments. */
function after(...moments: Partial<Backlog>[]): boolean[] {
  let state: BrakeState = released
  let backlog = idle
  return moments.map((moment) => {
    backlog = { ...backlog, ...moment }
    state = nextBrake(state, backlog)
    return state.engaged
  })
}

describe('the brake', () => {
  test('stays off while little waits', () => {
    expect(after({}, { logs: BRAKE.logs - 1, settled: 1 })).toStrictEqual([false, false])
  })

  test('engages at either mark, and is released at half of it', () => {
    expect(
      after({}, full, { logs: BRAKE.logs * 0.6, settled: 10 }, { logs: BRAKE.logs * 0.4, settled: 20 }),
    ).toStrictEqual([false, true, true, false])
    expect(after({}, { bytes: BRAKE.bytes }, { bytes: 0, settled: 1 })).toStrictEqual([false, true, false])
  })

  test('never engages for a server that is away', () => {
    expect(after({ connected: false }, full, { logs: BRAKE.logs * 10 })).toStrictEqual([false, false, false])
  })

  test('is released when the server goes away', () => {
    expect(after({}, full, { connected: false })).toStrictEqual([false, true, false])
  })

  test('is released when the server takes nothing for a while, and engages again when it does', () => {
    expect(
      after(
        {},
        full,
        { nowMs: BRAKE.stalledAfterMs - 1 },
        { nowMs: BRAKE.stalledAfterMs },
        { nowMs: BRAKE.stalledAfterMs + 500, settled: 1 },
      ),
    ).toStrictEqual([false, true, true, false, true])
  })
})
