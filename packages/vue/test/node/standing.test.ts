// How far a status can be believed: every combination of what is known and how it comes, one row each.
import type { ConnectionStatus, WatchStatus } from '@runtail/client-sdk'
import { EXECUTION_STATUSES, isTerminal } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { standingOf, type Standing } from '../../src/standing.ts'

const WATCHES: readonly WatchStatus[] = ['loading', 'live', 'ended', 'not_found', 'error']

describe.each(['pending', 'running'] as const)('%s', (execution) => {
  const table: [ConnectionStatus, Standing[]][] = [
    //               loading, live,   ended,  not_found, error
    ['connected', ['live', 'live', 'live', 'stale', 'stale']],
    ['connecting', ['stale', 'stale', 'stale', 'stale', 'stale']],
    ['disconnected', ['stale', 'stale', 'stale', 'stale', 'stale']],
    ['error', ['stale', 'stale', 'stale', 'stale', 'stale']],
  ]
  test.each(table)('%s', (connection, expected) => {
    expect(WATCHES.map((watch) => standingOf({ execution, watch, connection }))).toEqual(expected)
  })
})

describe('nothing known', () => {
  const table: [ConnectionStatus, Standing[]][] = [
    //               loading,   live,      ended,     not_found, error
    ['connected', ['loading', 'loading', 'loading', 'missing', 'refused']],
    ['connecting', ['waiting', 'waiting', 'waiting', 'missing', 'waiting']],
    ['disconnected', ['waiting', 'waiting', 'waiting', 'missing', 'waiting']],
    ['error', ['waiting', 'waiting', 'waiting', 'missing', 'waiting']],
  ]
  test.each(table)('%s', (connection, expected) => {
    expect(WATCHES.map((watch) => standingOf({ execution: undefined, watch, connection }))).toEqual(expected)
  })
})

test('what is over is over, whatever the connection', () => {
  for (const execution of EXECUTION_STATUSES.filter(isTerminal)) {
    for (const connection of ['connected', 'connecting', 'disconnected', 'error'] as const) {
      for (const watch of WATCHES) expect(standingOf({ execution, watch, connection })).toBe('final')
    }
  }
})
