import { describe, expect, test } from 'vitest'
import { emptyExecution, fold, isTerminal, type ExecutionLog } from '../src/index.ts'

const created = emptyExecution({ id: 'run-1', workflow_id: 'nightly', created_at: '2026-01-31T12:00:00.000Z' })

/** Logs with consecutive seqs, one second apart. */
function logs(...fields: Partial<ExecutionLog>[]): ExecutionLog[] {
  return fields.map((field, index) => ({
    id: `log-${index + 1}`,
    execution_id: 'run-1',
    seq: index + 1,
    timestamp: `2026-01-31T12:00:0${index + 1}.000Z`,
    level: 'info',
    step_name: 'work',
    step_type: 'step',
    ...field,
  }))
}

const foldAll = (...fields: Partial<ExecutionLog>[]) => logs(...fields).reduce(fold, created)

test('before its first log an execution is pending and empty', () => {
  expect(created).toStrictEqual({
    id: 'run-1',
    workflow_id: 'nightly',
    tags: [],
    status: 'pending',
    progress: null,
    created_at: '2026-01-31T12:00:00.000Z',
    head_seq: 0,
    log_counts: { debug: 0, info: 0, warning: 0, error: 0 },
  })
})

test('a plain line makes it running: whoever reports is running', () => {
  expect(foldAll({ message: 'hello' })).toMatchObject({
    status: 'running',
    started_at: '2026-01-31T12:00:01.000Z',
    head_seq: 1,
  })
})

test('the whole life of a good run', () => {
  expect(
    foldAll(
      { event: 'execution.started' },
      { event: 'execution.progress', progress: 45 },
      { level: 'warning' },
      { event: 'execution.completed' },
    ),
  ).toMatchObject({
    status: 'completed',
    progress: 100,
    started_at: '2026-01-31T12:00:01.000Z',
    completed_at: '2026-01-31T12:00:04.000Z',
    head_seq: 4,
    log_counts: { debug: 0, info: 3, warning: 1, error: 0 },
  })
})

test('a failure keeps its progress and says why', () => {
  const failed = foldAll(
    { event: 'execution.progress', progress: 45 },
    { event: 'execution.failed', level: 'error', error_message: 'disk full', message: 'Import failed' },
  )
  expect(failed).toMatchObject({ status: 'failed', progress: 45, error_message: 'disk full' })
  expect(failed.log_counts.error).toBe(1)
})

test('a failure without an error message gives its message as the reason', () => {
  expect(foldAll({ event: 'execution.failed', message: 'gone' })).toMatchObject({ error_message: 'gone' })
  expect(foldAll({ event: 'execution.failed' })).not.toHaveProperty('error_message')
})

describe.each([
  ['execution.completed', 'completed'],
  ['execution.failed', 'failed'],
  ['execution.canceled', 'canceled'],
] as const)('%s is final', (event, status) => {
  test.each([
    'execution.started',
    'execution.progress',
    'execution.completed',
    'execution.failed',
    'execution.canceled',
  ] as const)('also after %s', (later) => {
    const ended = foldAll({ event }, { event: later, progress: 7 })
    expect(ended).toMatchObject({ status, completed_at: '2026-01-31T12:00:01.000Z', head_seq: 2 })
    expect(ended.log_counts.info).toBe(2)
    expect(ended.progress).toBe(status === 'completed' ? 100 : null)
    expect(isTerminal(ended.status)).toBe(true)
  })
})

test('the reason is well-formed text, whatever broken line it came from', () => {
  const broken = foldAll({ event: 'execution.failed', error_message: 'half \ud83d of a face' })
  expect(broken.error_message).toBe('half \ufffd of a face')
})

test('an event of a step changes no status', () => {
  expect(foldAll({ event: 'step.started' }, { event: 'step.failed', level: 'error' })).toMatchObject({
    status: 'running',
  })
})

test('folding a log twice changes nothing', () => {
  const all = logs({ event: 'execution.started' }, { level: 'error' })
  const once = all.reduce(fold, created)
  expect(all.reduce(fold, once)).toBe(once)
})
