import type { Execution, ExecutionLog } from '@runtail/core'
import { expect, test } from 'vitest'
import { showDuration, showExecutions, showLog } from '../src/terminal/show.ts'

const plain = { colors: false }

/** In the local time zone, so that the text is the same everywhere. */
const at = new Date(2026, 0, 31, 9, 5, 7, 40).toISOString()

const log: ExecutionLog = {
  id: 'log-1',
  execution_id: 'run-1',
  seq: 1,
  timestamp: at,
  level: 'info',
  step_name: 'download',
  step_type: 'http',
  message: '200 OK',
}

test('a log is one line: time, level, step, message', () => {
  expect(showLog(log, plain)).toBe('09:05:07.040 INFO  download 200 OK\n')
})

test('attempt and duration are said', () => {
  expect(showLog({ ...log, attempt: 2, duration_ms: 1500 }, plain)).toBe(
    '09:05:07.040 INFO  download #2 200 OK (1.5s)\n',
  )
})

test('further lines and the error stand below', () => {
  const failed: ExecutionLog = {
    ...log,
    level: 'error',
    message: 'failed\nbadly',
    error_message: 'Error: no\n    at x\n',
  }
  expect(showLog(failed, plain)).toBe(
    [
      '09:05:07.040 ERROR download failed',
      '             badly',
      '             Error: no',
      '                 at x',
      '',
    ].join('\n'),
  )
})

test('an error that says what the message says is said once', () => {
  expect(showLog({ ...log, level: 'error', message: 'Exited with 3', error_message: 'Exited with 3' }, plain)).toBe(
    '09:05:07.040 ERROR download Exited with 3\n',
  )
})

test('a log without words says its event', () => {
  const { message: _none, ...wordless } = log
  expect(showLog({ ...wordless, event: 'step.started' }, plain)).toBe('09:05:07.040 INFO  download step.started\n')
  expect(showLog({ ...wordless, event: 'execution.progress', progress: 40 }, plain)).toBe(
    '09:05:07.040 INFO  download 40 %\n',
  )
})

test('colours come with the level, and nobody else can control the terminal', () => {
  const nasty: ExecutionLog = { ...log, level: 'warning', step_name: '\u001B[2Jstep', message: '\u001B[32mok\u001B[2J' }
  expect(showLog(nasty, { colors: true })).toBe(
    '\u001B[2m09:05:07.040\u001B[0m \u001B[33mWARN \u001B[0m \u001B[2m␛[2Jstep\u001B[0m \u001B[32mok␛[2J\u001B[0m\n',
  )
})

const execution: Execution = {
  id: 'run-1',
  workflow_id: 'nightly',
  tags: [],
  status: 'completed',
  progress: 100,
  created_at: at,
  started_at: at,
  completed_at: new Date(Date.parse(at) + 65_000).toISOString(),
  head_seq: 1234,
  log_counts: { debug: 0, info: 1230, warning: 1, error: 3 },
}

test('executions are a table', () => {
  const { started_at: _never, completed_at: _neither, ...pending } = execution
  const { completed_at: _notYet, ...running } = execution
  const rows: Execution[] = [
    execution,
    { ...running, id: 'a-longer-id', status: 'running' },
    {
      ...pending,
      id: 'run-3',
      status: 'pending',
      head_seq: 0,
      log_counts: { debug: 0, info: 0, warning: 0, error: 0 },
    },
  ]
  expect(showExecutions(rows, { ...plain, nowMs: Date.parse(at) + 2000 })).toBe(
    [
      'ID           STATUS     WORKFLOW  STARTED              DURATION  LOGS  ERRORS',
      'run-1        completed  nightly   2026-01-31 09:05:07  1m 05s    1234  3',
      'a-longer-id  running    nightly   2026-01-31 09:05:07  2.0s      1234  3',
      'run-3        pending    nightly   -                    -         0     0',
      '',
    ].join('\n'),
  )
})

test('colours do not move the columns', () => {
  const options = { nowMs: Date.parse(at) }
  const colored = showExecutions([execution], { ...options, colors: true })
  // oxlint-disable-next-line no-control-regex -- control characters are the subject
  expect(colored.replaceAll(/\u001B\[\d*m/g, '')).toBe(showExecutions([execution], { ...options, colors: false }))
  expect(colored).toContain('\u001B[32mcompleted')
})

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [1000, '1.0s'],
  [59_949, '59.9s'],
  [59_960, '1m 00s'],
  [3_599_400, '59m 59s'],
  [3_600_000, '1h 00m'],
  [90_061_000, '25h 01m'],
])('%i ms are %s', (ms, expected) => {
  expect(showDuration(ms)).toBe(expected)
})
