// What a row shows of a log: bounded, and never silent about what it does not show.
import { describe, expect, test } from 'vitest'
import { LogBuffer, type ExecutionLog } from '@runtail/core'
import { clip, CLIP_LENGTH, viewOf, type LineView, type RowLook } from '../../src/log-viewer/line-view.ts'

const LOOK: RowLook = { time: 'utc', originMs: 0, isWrapped: false }

const LOG: ExecutionLog = {
  id: 'log-1',
  execution_id: 'execution-1',
  seq: 1,
  timestamp: '2026-01-31T12:00:00.000Z',
  level: 'info',
  step_name: 'download',
  step_type: 'http',
}

function lineOf(fields: Partial<ExecutionLog>, look: Partial<RowLook> = {}): LineView {
  const logs = new LogBuffer()
  logs.put({ ...LOG, ...fields })
  const view = viewOf(logs, { kind: 'log', seq: 1 }, { ...LOOK, ...look })
  if (view.kind !== 'line') throw new Error('expected a line')
  return view
}

const textOf = (view: LineView): string => view.runs.map((run) => run.text).join('')
const errorOf = (view: LineView): string => view.error.map((run) => run.text).join('')

describe('the message', () => {
  test('is shown with level, step and duration', () => {
    const view = lineOf({ message: '200 OK', level: 'warning', duration_ms: 1240 })
    expect(view).toMatchObject({ level: 'warning', step: 'download', duration: '1.2 s', error: [], more: '' })
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
    expect(errorOf(view)).toBe('ECONNRESET')
  })

  test('stands alone without one, and is not said twice', () => {
    const alone = lineOf({ error_message: 'ECONNRESET', event: 'step.failed' })
    expect([textOf(alone), errorOf(alone)]).toEqual(['', 'ECONNRESET'])
    expect(lineOf({ message: 'ECONNRESET', error_message: 'ECONNRESET' }).error).toEqual([])
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

describe('wrapped', () => {
  test('every line of the message is shown, and no button says otherwise', () => {
    const view = lineOf({ message: 'Error: no\r\n  at a\n  at b\n' }, { isWrapped: true })
    expect(textOf(view)).toBe('Error: no\n  at a\n  at b')
    expect(view.more).toBe('')
  })
})

describe('time', () => {
  test.each([
    ['utc' as const, '12:00:00.000Z'],
    ['relative' as const, '+00:00:12.345'],
  ])('%s', (time, text) => {
    expect(lineOf({}, { time, originMs: Date.UTC(2026, 0, 31, 11, 59, 47, 655) }).time).toBe(text)
  })

  test('before the beginning, and days after it', () => {
    expect(lineOf({}, { time: 'relative', originMs: Date.UTC(2026, 0, 31, 12, 0, 1) }).time).toBe('−00:00:01.000')
    expect(lineOf({}, { time: 'relative', originMs: Date.UTC(2026, 0, 27, 9, 30) }).time).toBe('+98:30:00.000')
  })
})

test('a line of megabytes is decoded once, however often it is painted, and is not kept in memory', () => {
  const logs = new LogBuffer()
  logs.put({ ...LOG, seq: 1, message: 'x'.repeat(5_000_000) })
  logs.put({ ...LOG, seq: 2, id: 'log-2', input_data: { all: 'x'.repeat(5_000_000) } })
  let decoded = 0
  const get = logs.get.bind(logs)
  logs.get = (seq) => {
    decoded += 1
    return get(seq)
  }
  for (let frame = 0; frame < 100; frame += 1) {
    for (const seq of [1, 2]) {
      const view = viewOf(logs, { kind: 'log', seq }, { ...LOOK, highlight: new RegExp('x'.repeat(frame + 1)) })
      expect(JSON.stringify(view).length).toBeLessThan(3 * CLIP_LENGTH)
    }
  }
  expect(decoded).toBe(2)
})

test('what is missing says how much, and why it cannot be had', () => {
  const logs = new LogBuffer()
  const gap = { from: 12, to: 1035 }
  expect(viewOf(logs, { kind: 'gap', gap, isLoadable: false }, LOOK)).toEqual({
    kind: 'gap',
    seq: 12,
    gap,
    isLoadable: false,
    text: '1,024 lines missing (12–1,035): no longer kept by the server',
  })
  expect(viewOf(logs, { kind: 'gap', gap: { from: 7, to: 7 }, isLoadable: true }, LOOK)).toMatchObject({
    text: '1 line not loaded (7)',
  })
  expect(viewOf(logs, { kind: 'log', seq: 7 }, LOOK)).toEqual({ kind: 'blank', seq: 7 })
})
