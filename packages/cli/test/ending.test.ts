import { describe, expect, test } from 'vitest'
import { endingOf, endLog, type Outcome } from '../src/report/ending.ts'

const undisturbed = { durationMs: 1500, interruptedBy: undefined }
const interrupted = { durationMs: 1500, interruptedBy: 'SIGINT' } as const

describe('a command that', () => {
  test('exits well is completed, even after a signal', () => {
    const outcome: Outcome = { kind: 'exit', exitCode: 0 }
    const expected = {
      message: 'Exited with 0',
      fields: {
        level: 'info',
        event: 'execution.completed',
        duration_ms: 1500,
        output_data: { exit_code: 0, signal: null },
      },
    }
    expect(endLog(outcome, undisturbed)).toStrictEqual(expected)
    expect(endLog(outcome, interrupted)).toStrictEqual(expected)
    expect(endingOf(outcome)).toBe(0)
  })

  test('exits badly has failed, after a signal it is canceled', () => {
    const outcome: Outcome = { kind: 'exit', exitCode: 3 }
    expect(endLog(outcome, undisturbed).fields).toMatchObject({
      level: 'error',
      event: 'execution.failed',
      error_message: 'Exited with 3',
      output_data: { exit_code: 3, signal: null },
    })
    expect(endLog(outcome, interrupted).fields).toMatchObject({ level: 'warning', event: 'execution.canceled' })
    expect(endingOf(outcome)).toBe(3)
  })

  test('a stop signal ended is canceled, and ends us by the same signal', () => {
    const outcome: Outcome = { kind: 'signal', signal: 'SIGTERM' }
    expect(endLog(outcome, undisturbed).fields).toMatchObject({
      event: 'execution.canceled',
      output_data: { exit_code: null, signal: 'SIGTERM' },
    })
    expect(endingOf(outcome)).toBe('SIGTERM')
  })

  test('another signal ended has failed, and gives its exit code', () => {
    const outcome: Outcome = { kind: 'signal', signal: 'SIGSEGV' }
    expect(endLog(outcome, interrupted).fields).toMatchObject({
      event: 'execution.failed',
      error_message: 'Ended by SIGSEGV',
      output_data: { exit_code: null, signal: 'SIGSEGV' },
    })
    expect(endingOf(outcome)).toBe(139)
  })

  test.each([
    ['ENOENT', 127],
    ['EACCES', 126],
    ['E2BIG', 126],
  ])('cannot start for %s has failed with %i', (code, exitCode) => {
    const outcome: Outcome = { kind: 'spawn_error', code, message: 'Cannot run "x"' }
    expect(endLog(outcome, undisturbed).fields).toMatchObject({
      event: 'execution.failed',
      error_message: 'Cannot run "x"',
      output_data: { exit_code: exitCode, signal: null },
    })
    expect(endingOf(outcome)).toBe(exitCode)
  })
})
