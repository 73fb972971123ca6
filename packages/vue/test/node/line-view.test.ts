// What a row shows of a log: bounded, and never silent about what it does not show.
import { describe, expect, test } from 'vitest'
import { LogBuffer, type ExecutionLog } from '@runtail/core'
import { clip, CLIP_LENGTH, viewOfRow, type LineView } from '../../src/log-viewer/line-view.ts'

function lineOf(fields: Partial<ExecutionLog>): LineView {
  const logs = new LogBuffer()
  logs.put({
    id: 'log-1',
    execution_id: 'execution-1',
    seq: 1,
    timestamp: '2026-01-31T12:00:00.000Z',
    level: 'info',
    step_name: 'download',
    step_type: 'http',
    ...fields,
  })
  const view = viewOfRow(logs, 0, { kind: 'log', seq: 1 })
  if (view.kind !== 'line') throw new Error('expected a line')
  return view
}

const textOf = (view: LineView): string => view.runs.map((run) => run.text).join('')

describe('the message', () => {
  test('is shown with level, step and duration', () => {
    const view = lineOf({ message: '200 OK', level: 'warning', duration_ms: 1240 })
    expect(view).toMatchObject({ level: 'warning', step: 'download', duration: '1.2 s', error: '', more: '' })
    expect(textOf(view)).toBe('200 OK')
  })

  test.each([
    [{ event: 'step.started' as const }, 'started'],
    [{ event: 'execution.progress' as const, progress: 45.2 }, 'progress 45 %'],
    [{ event: 'step.started' as const, message: 'go' }, 'go'],
    [{}, ''],
  ])('of %j', (fields, text) => {
    expect(textOf(lineOf(fields))).toBe(text)
  })
})

describe('the error', () => {
  test('stands beside the message', () => {
    const view = lineOf({ message: 'download failed', error_message: 'ECONNRESET' })
    expect(textOf(view)).toBe('download failed')
    expect(view.error).toBe('ECONNRESET')
  })

  test('stands alone without one, and is not said twice', () => {
    expect(lineOf({ error_message: 'ECONNRESET', event: 'step.failed' })).toMatchObject({
      runs: [],
      error: 'ECONNRESET',
    })
    expect(lineOf({ message: 'ECONNRESET', error_message: 'ECONNRESET' }).error).toBe('')
  })
})

describe('what does not fit', () => {
  test.each([
    [{ message: 'one line\n' }, 'one line', ''],
    [{ message: 'Error: no\n  at a\n  at b' }, 'Error: no', '+2 lines'],
    [{ message: '\r\nfirst\r\nsecond' }, 'first', '+1 line'],
    [{ message: 'failed', error_message: 'Error: no\n  at a' }, 'failed', '+1 line'],
    [{ message: 'x', input_data: { url: 'u' } }, 'x', 'data'],
    [{ message: 'x', output_data: null }, 'x', 'data'],
  ])('of %j is named', (fields, text, more) => {
    const view = lineOf(fields)
    expect(textOf(view)).toBe(text)
    expect(view.more).toBe(more)
  })

  test('a long line is clipped, with its size', () => {
    const view = lineOf({ message: 'x'.repeat(200_000) })
    expect(textOf(view)).toHaveLength(CLIP_LENGTH)
    expect(view.more).toBe('show all (200 kB)')
  })

  test('clipping never cuts a character in two', () => {
    expect(clip(`${'x'.repeat(CLIP_LENGTH - 1)}😀`).isWellFormed()).toBe(true)
    expect(clip('😀'.repeat(CLIP_LENGTH))).toHaveLength(CLIP_LENGTH)
  })
})

test('a gap says its size', () => {
  const logs = new LogBuffer()
  expect(viewOfRow(logs, 3, { kind: 'gap', gap: { from: 12, to: 1035 } })).toEqual({
    kind: 'gap',
    row: 3,
    gap: { from: 12, to: 1035 },
    text: '1,024 lines missing (12–1,035)',
  })
  expect(viewOfRow(logs, 3, { kind: 'gap', gap: { from: 7, to: 7 } })).toMatchObject({ text: '1 line missing (7)' })
})
