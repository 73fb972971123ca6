// Many logs folded together are what they are one by one.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyExecution, fold, foldAll, LOG_EVENTS, LOG_LEVELS, type ExecutionLog } from '../src/index.ts'

const created = emptyExecution({ id: 'run-1', workflow_id: 'nightly', created_at: '2026-01-31T12:00:00.000Z' })

const log: fc.Arbitrary<ExecutionLog> = fc.record(
  {
    id: fc.constant('log'),
    execution_id: fc.constant('run-1'),
    seq: fc.integer({ min: 1, max: 20 }),
    timestamp: fc.integer({ min: 10, max: 59 }).map((second) => `2026-01-31T12:00:${second}.000Z`),
    level: fc.constantFrom(...LOG_LEVELS),
    step_name: fc.constant('work'),
    step_type: fc.constant('step'),
    event: fc.constantFrom(...LOG_EVENTS),
    progress: fc.integer({ min: 0, max: 100 }),
    message: fc.string(),
    error_message: fc.string(),
  },
  { requiredKeys: ['id', 'execution_id', 'seq', 'timestamp', 'level', 'step_name', 'step_type'] },
)

test('the same state, from any state, with repeated and missing logs among them', () => {
  fc.assert(
    fc.property(fc.array(log), fc.array(log), (before, logs) => {
      const state = before.reduce(fold, created)
      const together = foldAll(state, logs)
      expect(together).toStrictEqual(logs.reduce(fold, state))
      expect(state).toStrictEqual(before.reduce(fold, created))
    }),
    { numRuns: 1000 },
  )
})

test('nothing new is the same state', () => {
  expect(foldAll(created, [])).toBe(created)
})
