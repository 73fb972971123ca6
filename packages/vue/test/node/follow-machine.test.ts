// Every event in every mode: whether the view follows is decided by this table and by nothing else.
import { describe, expect, test } from 'vitest'
import {
  FOLLOWING,
  nextFollowState,
  type FollowEvent,
  type FollowMode,
  type FollowState,
} from '../../src/log-viewer/follow-machine.ts'

const MODES: readonly FollowMode[] = ['FOLLOWING', 'READING', 'PAUSED', 'SELECTING']

/** Rows are events, columns the modes in the order above. */
const TABLE: Record<FollowEvent['type'], readonly [FollowMode, FollowMode, FollowMode, FollowMode]> = {
  lines_arrived: ['FOLLOWING', 'READING', 'PAUSED', 'SELECTING'],
  scrolled_up: ['READING', 'READING', 'PAUSED', 'SELECTING'],
  reached_end: ['FOLLOWING', 'FOLLOWING', 'PAUSED', 'SELECTING'],
  jumped_away: ['READING', 'READING', 'PAUSED', 'READING'],
  jumped_to_end: ['FOLLOWING', 'FOLLOWING', 'FOLLOWING', 'FOLLOWING'],
  paused: ['PAUSED', 'PAUSED', 'PAUSED', 'PAUSED'],
  resumed: ['FOLLOWING', 'FOLLOWING', 'FOLLOWING', 'FOLLOWING'],
  selection_started: ['SELECTING', 'SELECTING', 'PAUSED', 'SELECTING'],
  selection_cleared: ['FOLLOWING', 'READING', 'PAUSED', 'READING'],
  reset: ['FOLLOWING', 'FOLLOWING', 'FOLLOWING', 'FOLLOWING'],
}

const eventOf = (type: FollowEvent['type']): FollowEvent =>
  type === 'lines_arrived' ? { type, lines: 3, errors: 1 } : { type }

const cases = Object.entries(TABLE).flatMap(([event, targets]) =>
  MODES.map((from, index) => ({ event: event as FollowEvent['type'], from, to: targets[index] })),
)

describe('transitions', () => {
  test.each(cases)('$event in $from leads to $to', ({ event, from, to }) => {
    const state: FollowState = { mode: from, newLines: 0, newErrors: 0 }
    expect(nextFollowState(state, eventOf(event)).mode).toBe(to)
  })
})

describe('what arrived since following ended', () => {
  test('is not counted while following', () => {
    expect(nextFollowState(FOLLOWING, { type: 'lines_arrived', lines: 5, errors: 1 })).toBe(FOLLOWING)
  })

  test.each(['READING', 'PAUSED', 'SELECTING'] as const)('adds up in %s', (mode) => {
    let state: FollowState = { mode, newLines: 0, newErrors: 0 }
    state = nextFollowState(state, { type: 'lines_arrived', lines: 5, errors: 1 })
    state = nextFollowState(state, { type: 'lines_arrived', lines: 2, errors: 0 })
    expect(state).toEqual({ mode, newLines: 7, newErrors: 1 })
  })

  test('is kept from mode to mode, and forgotten at the end of the log', () => {
    let state: FollowState = { mode: 'READING', newLines: 7, newErrors: 1 }
    for (const type of ['selection_started', 'selection_cleared', 'paused'] as const) {
      state = nextFollowState(state, { type })
      expect(state).toMatchObject({ newLines: 7, newErrors: 1 })
    }
    expect(nextFollowState(state, { type: 'resumed' })).toEqual(FOLLOWING)
  })
})

test('a state that does not change is the same object', () => {
  const state: FollowState = { mode: 'READING', newLines: 7, newErrors: 1 }
  expect(nextFollowState(state, { type: 'scrolled_up' })).toEqual(state)
  expect(nextFollowState(state, { type: 'selection_cleared' })).toBe(state)
  expect(nextFollowState(state, { type: 'lines_arrived', lines: 0, errors: 0 })).toBe(state)
})
