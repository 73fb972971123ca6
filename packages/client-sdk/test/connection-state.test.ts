// Every state meets every event: the table is complete by its type, so a new state or event does not compile without its row and column.

import { RuntailError } from '@runtail/core'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  INITIAL,
  isDialing,
  MOVE_SPREAD_MS,
  next,
  STABLE_MS,
  statusOf,
  type ConnectionEvent,
  type ConnectionState,
  type EventType,
} from '../src/connection-state.ts'

const NOW = 1_000_000
const error = new RuntailError('disconnected', { message: 'gone' })
const ending = { nowMs: NOW, random: 0.5, error, refused: false }

/** The phases, with `replacing` split into waiting and dialing. */
type Name = 'idle' | 'waiting' | 'connecting' | 'connected' | 'replacing' | 'replacing_dialing' | 'closed'

const STATES: Record<Name, ConnectionState> = {
  idle: INITIAL,
  waiting: { ...INITIAL, phase: 'waiting', dial: 1, attempt: 1, retryAtMs: NOW + 100, error },
  connecting: { ...INITIAL, phase: 'connecting', dial: 1 },
  connected: { ...INITIAL, phase: 'connected', dial: 1, openedMs: NOW - STABLE_MS },
  replacing: { ...INITIAL, phase: 'replacing', dial: 1, openedMs: NOW - STABLE_MS, retryAtMs: NOW + 100 },
  replacing_dialing: { ...INITIAL, phase: 'replacing', dial: 2, openedMs: NOW - STABLE_MS },
  closed: { ...INITIAL, phase: 'closed', dial: 1 },
}

const EVENTS: Record<EventType, ConnectionEvent> = {
  needed: { type: 'needed' },
  due: { type: 'due' },
  opened: { type: 'opened', nowMs: NOW },
  failed: { type: 'failed', ...ending },
  lost: { type: 'lost', ...ending },
  hand_over: { type: 'hand_over', nowMs: NOW, random: 0.5 },
  reconnect: { type: 'reconnect' },
  online: { type: 'online' },
  offline: { type: 'offline' },
  close: { type: 'close' },
}

/** Where each leads; `same` is the very same object. */
const TABLE: Record<Name, Record<EventType, Name | 'same' | 'marked'>> = {
  idle: {
    needed: 'connecting',
    due: 'same',
    opened: 'same',
    failed: 'same',
    lost: 'same',
    hand_over: 'same',
    reconnect: 'connecting',
    online: 'same',
    offline: 'marked',
    close: 'closed',
  },
  waiting: {
    needed: 'same',
    due: 'connecting',
    opened: 'same',
    failed: 'same',
    lost: 'same',
    hand_over: 'same',
    reconnect: 'connecting',
    online: 'connecting',
    offline: 'marked',
    close: 'closed',
  },
  connecting: {
    needed: 'same',
    due: 'same',
    opened: 'connected',
    failed: 'waiting',
    lost: 'same',
    hand_over: 'same',
    reconnect: 'connecting',
    online: 'same',
    offline: 'marked',
    close: 'closed',
  },
  connected: {
    needed: 'same',
    due: 'same',
    opened: 'same',
    failed: 'same',
    lost: 'waiting',
    hand_over: 'replacing',
    reconnect: 'connecting',
    online: 'same',
    offline: 'marked',
    close: 'closed',
  },
  replacing: {
    needed: 'same',
    due: 'replacing_dialing',
    opened: 'same',
    failed: 'same',
    lost: 'waiting',
    hand_over: 'same',
    reconnect: 'connecting',
    online: 'same',
    offline: 'marked',
    close: 'closed',
  },
  replacing_dialing: {
    needed: 'same',
    due: 'same',
    opened: 'connected',
    failed: 'replacing',
    lost: 'connecting',
    hand_over: 'same',
    reconnect: 'connecting',
    online: 'same',
    offline: 'marked',
    close: 'closed',
  },
  closed: {
    needed: 'same',
    due: 'same',
    opened: 'same',
    failed: 'same',
    lost: 'same',
    hand_over: 'same',
    reconnect: 'same',
    online: 'same',
    offline: 'same',
    close: 'same',
  },
}

function nameOf(state: ConnectionState): Name {
  if (state.phase !== 'replacing') return state.phase
  return state.retryAtMs === undefined ? 'replacing_dialing' : 'replacing'
}

function outcome(before: ConnectionState, after: ConnectionState): Name | 'same' | 'marked' {
  if (after === before) return 'same'
  return isDeepStrictEqual(after, { ...before, offline: true }) ? 'marked' : nameOf(after)
}

describe.each(Object.keys(TABLE) as Name[])('%s', (name) => {
  test.each(Object.keys(EVENTS) as EventType[])('%s', (type) => {
    const before = STATES[name]
    const after = next(before, EVENTS[type])
    expect(outcome(before, after)).toBe(TABLE[name][type])
    // What the runner relies on: a timer exactly while waiting, an opening time exactly while up, a new number for each dial.
    expect(after.retryAtMs !== undefined).toBe(['waiting', 'replacing'].includes(nameOf(after)))
    expect(after.openedMs !== undefined).toBe(['connected', 'replacing', 'replacing_dialing'].includes(nameOf(after)))
    const dialsAnew = isDialing(after) && (!isDialing(before) || type === 'reconnect')
    const goesOnDialing = name === 'replacing_dialing' && type === 'lost'
    expect(after.dial - before.dial).toBe(dialsAnew && !goesOnDialing ? 1 : 0)
  })
})

/** Runs events one after another. */
function run(state: ConnectionState, ...events: ConnectionEvent[]): ConnectionState {
  return events.reduce(next, state)
}

describe('failures in a row', () => {
  test('a server that accepts and closes is asked less and less often', () => {
    let state = next(INITIAL, EVENTS.needed)
    const waits: number[] = []
    for (let nowMs = 0; waits.length < 10;) {
      state = run(state, { type: 'opened', nowMs }, { type: 'lost', ...ending, nowMs, random: 0 })
      waits.push((state.retryAtMs ?? 0) - nowMs)
      nowMs = state.retryAtMs ?? 0
      state = next(state, EVENTS.due)
    }
    // With a random number of 0 full jitter alone would never wait.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500)
    expect(state.attempt).toBe(10)
  })

  test('a connection that lasted wipes them out', () => {
    const failing = run(INITIAL, EVENTS.needed, EVENTS.failed, EVENTS.due, EVENTS.failed, EVENTS.due)
    expect(failing.attempt).toBe(2)
    const lasted = run(failing, { type: 'opened', nowMs: NOW }, { type: 'lost', ...ending, nowMs: NOW + STABLE_MS })
    expect(lasted.attempt).toBe(0)
  })

  test('the longer a connection lasted, the fewer of them count: a bad network is no bad server', () => {
    const failing = { ...STATES.connected, attempt: 8 }
    const attemptAfter = (lastedMs: number): number =>
      next({ ...failing, openedMs: NOW - lastedMs }, { type: 'lost', ...ending }).attempt
    expect([0, 50, 500, 3000, 6000, STABLE_MS - 1].map(attemptAfter)).toEqual([9, 8, 5, 2, 1, 1])
  })

  test('a server that refuses us is asked slowly, unless it had taken us before', () => {
    const refusal = { ...ending, random: 0, refused: true }
    const expired = next(STATES.connected, { type: 'lost', ...refusal })
    expect((expired.retryAtMs ?? 0) - NOW).toBe(0)
    const refused = run(expired, EVENTS.due, EVENTS.opened, { type: 'lost', ...refusal })
    expect((refused.retryAtMs ?? 0) - NOW).toBe(15_000)
  })
})

describe('a planned end of the server', () => {
  const goodbye = new RuntailError('disconnected', { message: 'The server stops', data: { close_code: 1001 } })
  const ended = (state: ConnectionState, random: number): number =>
    (next(state, { type: 'lost', ...ending, error: goodbye, random }).retryAtMs ?? 0) - NOW

  test('spreads its clients over a window', () => {
    expect([0, 0.5, 1].map((random) => ended(STATES.connected, random))).toEqual([
      0,
      MOVE_SPREAD_MS / 2,
      MOVE_SPREAD_MS,
    ])
  })

  test('is no excuse for knocking often: one after another counts as failures', () => {
    const young = { ...STATES.connected, attempt: 5, openedMs: NOW - 10 }
    expect(ended(young, 0)).toBe(500)
    expect(ended(young, 1)).toBeGreaterThan(10_000)
  })
})

describe('status', () => {
  const waiting = STATES.waiting
  test.each<[string, ConnectionState, string]>([
    ['nobody needed it', INITIAL, 'disconnected'],
    ['first attempt', STATES.connecting, 'connecting'],
    ['after a failure', waiting, 'connecting'],
    ['after three failures', { ...waiting, attempt: 3 }, 'error'],
    ['trying again after three failures', { ...STATES.connecting, attempt: 3 }, 'error'],
    ['refused', { ...waiting, refused: true }, 'error'],
    ['without a network', { ...waiting, attempt: 3, offline: true }, 'disconnected'],
    ['connected, says the device what it will', { ...STATES.connected, offline: true }, 'connected'],
    ['moving to another server', STATES.replacing_dialing, 'connected'],
    ['closed', STATES.closed, 'disconnected'],
  ])('%s', (_case, state, status) => {
    expect(statusOf(state)).toBe(status)
  })
})
