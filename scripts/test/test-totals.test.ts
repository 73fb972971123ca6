/** A failure of any kind is in the totals: of a test, of a file that does not load, of the run as a whole. */
import { expect, test } from 'vitest'
import { countTests, totalLine } from '../test-totals.ts'

const file = (status: string, ...statuses: string[]) => ({
  status,
  assertionResults: statuses.map((each) => ({ status: each })),
})

test('counts passed, failed and skipped tests of all files', () => {
  const testResults = [file('passed', 'passed', 'pending'), file('failed', 'passed', 'failed', 'failed', 'todo')]
  expect(countTests({ testResults }, 1)).toEqual({ passed: 2, failed: 2, skipped: 2 })
})

test('a file that does not load is one failure', () => {
  expect(countTests({ testResults: [file('passed', 'passed'), file('failed')] }, 1).failed).toBe(1)
})

test.each([
  ['an unhandled error beside passed tests', { testResults: [file('passed', 'passed')] }, 1],
  ['a run ended by a signal', { testResults: [file('passed', 'passed')] }, null],
  ['a run without a report', undefined, 0],
  ['a run without tests', { testResults: [] }, 0],
  ['a run in which everything was skipped', { testResults: [file('passed', 'pending')] }, 0],
])('%s is a failure', (_, report, exitCode) => {
  expect(countTests(report, exitCode).failed).toBe(1)
})

test('the line names skipped tests only if there are any', () => {
  expect(totalLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
  expect(totalLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
})
