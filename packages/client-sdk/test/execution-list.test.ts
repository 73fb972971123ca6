// Pages and changes as one list: each execution once, in its newest state, newest first.

import { emptyExecution, type Execution } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { withChanges, withOlder } from '../src/execution-list.ts'

const made = (id: string, second: number, fields: Partial<Execution> = {}): Execution => ({
  ...emptyExecution({ id, workflow_id: 'w', created_at: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z` }),
  ...fields,
})
const ids = (list: readonly Execution[]): string => list.map(({ id }) => id).join('')
const list = [made('c', 3, { head_seq: 5 }), made('b', 2), made('a', 1)]
const all = { filter: {}, hasMore: false }

describe('changes', () => {
  test('replace in place, and put what is new in front', () => {
    const next = withChanges(list, [made('b', 2, { head_seq: 1, status: 'running' }), made('d', 4), made('e', 5)], all)
    expect(ids(next)).toBe('edcba')
    expect(next.find(({ id }) => id === 'b')?.status).toBe('running')
  })

  test('that are older than what is known change nothing', () => {
    expect(withChanges(list, [made('c', 3, { head_seq: 4 })], all)[0]?.head_seq).toBe(5)
  })

  test('that fit no more go, and others do not come', () => {
    const filter = { status: 'pending', workflow_id: 'w' } as const
    const next = withChanges(list, [made('b', 2, { status: 'completed' }), made('x', 9, { workflow_id: 'v' })], {
      ...all,
      filter,
    })
    expect(ids(next)).toBe('ca')
  })

  test('of executions on a page that was not loaded stay there', () => {
    expect(withChanges(list, [made('z', 0)], { ...all, hasMore: true })).toBe(list)
    expect(ids(withChanges(list, [made('z', 0)], all))).toBe('zcba')
  })

  test('without consequence give the same list', () => {
    expect(withChanges(list, [], all)).toBe(list)
  })
})

test('an older page comes behind, without repeats', () => {
  expect(ids(withOlder(list, [made('a', 1), made('z', 0)]))).toBe('cbaz')
})
