import { LIMITS } from '@runtail/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLine } from '../src/lines/parse-line.ts'

function parse(record: unknown): unknown {
  return parseLine(JSON.stringify(record))
}

describe('what is not a log record is a message', () => {
  test.each([
    '',
    'plain text',
    '{not json}',
    '42',
    'null',
    '"text"',
    '[1, 2]',
    '{}',
    '{"user": 1, "name": "ada"}',
    '{"message": 42}',
    '{"level": "purple"}',
    '{"level": 3, "short_message": "GELF"}',
    '{"msg": "one"} {"msg": "two"}',
  ])('%s', (text) => {
    expect(parseLine(text)).toStrictEqual({ message: text })
  })
})

describe('our own logs', () => {
  const log = {
    id: 'log-1',
    timestamp: '2026-01-31T12:00:00.000Z',
    level: 'warning',
    step_name: 'download',
    step_type: 'http',
    message: 'slow',
    input_data: { url: 'http://example.test' },
    output_data: [1, null],
    duration_ms: 12.5,
    error_message: 'too slow',
    step_id: 's1',
    parent_step_id: 's0',
    attempt: 2,
    event: 'step.failed',
  }

  test('keep every field but the execution and position that they had elsewhere', () => {
    expect(parse({ ...log, execution_id: 'elsewhere', seq: 7 })).toStrictEqual(log)
  })

  test('need only what they say', () => {
    expect(parse({ message: 'hello', level: 'error' })).toStrictEqual({ message: 'hello', level: 'error' })
    expect(parse({ event: 'execution.progress', progress: 40 })).toStrictEqual({
      event: 'execution.progress',
      progress: 40,
    })
    expect(parse({ step_name: 'download', event: 'step.started' })).toStrictEqual({
      step_name: 'download',
      event: 'step.started',
    })
  })

  test('with a wrong field are read as those of another logger', () => {
    expect(parse({ message: 'hello', id: 'not an id' })).toStrictEqual({
      message: 'hello',
      input_data: { id: 'not an id' },
    })
  })
})

describe('pino', () => {
  test('keeps level, time, message and error; the rest is input_data', () => {
    const record = {
      level: 50,
      time: 1769860800123,
      pid: 7,
      hostname: 'h',
      msg: 'failed',
      err: { type: 'E', message: 'm', stack: 'E: m\n  at x' },
    }
    expect(parse(record)).toStrictEqual({
      level: 'error',
      timestamp: '2026-01-31T12:00:00.123Z',
      message: 'failed',
      error_message: 'E: m\n  at x',
      input_data: { pid: 7, hostname: 'h' },
    })
  })

  test.each([
    [10, 'debug'],
    [20, 'debug'],
    [30, 'info'],
    [35, 'info'],
    [40, 'warning'],
    [50, 'error'],
    [60, 'error'],
  ])('level %i is %s', (level, expected) => {
    expect(parse({ level, msg: 'm' })).toStrictEqual({ level: expected, message: 'm' })
  })
})

describe('other loggers', () => {
  test.each([
    ['winston', { level: 'warn', message: 'm', timestamp: '2026-01-31T13:00:00+01:00' }],
    ['zap', { level: 'WARN', msg: 'm', ts: 1769860800 }],
    ['logrus', { level: 'warning', msg: 'm', time: '2026-01-31T12:00:00Z' }],
    ['logstash', { level: 'Warn', message: 'm', '@timestamp': '2026-01-31T12:00:00.000Z' }],
    ['Google Cloud', { severity: 'WARNING', message: 'm', time: '2026-01-31T12:00:00.000000Z' }],
    ['microseconds', { level: 'warn', message: 'm', time: 1769860800000000 }],
    ['nanoseconds', { level: 'warn', message: 'm', time: 1769860800000000000 }],
  ])('%s', (_name, record) => {
    expect(parse(record)).toStrictEqual({ level: 'warning', message: 'm', timestamp: '2026-01-31T12:00:00.000Z' })
  })

  test('what has no place of its own is kept as it was', () => {
    const record = { msg: 'm', level: 'purple', time: 'yesterday', error: 42, user: { id: 1 } }
    expect(parse(record)).toStrictEqual({
      message: 'm',
      input_data: { level: 'purple', time: 'yesterday', error: 42, user: { id: 1 } },
    })
  })

  test('of two fields for one thing the second stays among the others', () => {
    expect(parse({ msg: 'm', message: 'other' })).toStrictEqual({ message: 'm', input_data: { message: 'other' } })
  })

  test('a name that JavaScript knows is just a name', () => {
    const text = '{"msg":"m","__proto__":{"level":"error"},"constructor":1}'
    const parsed = parseLine(text)
    expect(JSON.stringify(parsed)).toBe('{"message":"m","input_data":{"__proto__":{"level":"error"},"constructor":1}}')
    expect(parsed.level).toBeUndefined()
  })

  test('a time out of range is not one', () => {
    expect(parse({ msg: 'm', time: 1e300 })).toStrictEqual({ message: 'm', input_data: { time: 1e300 } })
  })
})

describe('what does not fit into a log stays a plain line', () => {
  test('nested too deep', () => {
    const text = `{"msg":"m","data":${'['.repeat(LIMITS.jsonDepth + 1)}${']'.repeat(LIMITS.jsonDepth + 1)}}`
    expect(parseLine(text)).toStrictEqual({ message: text })
  })

  test('too large', () => {
    const text = JSON.stringify({ msg: 'm', data: 'x'.repeat(LIMITS.logBytes) })
    expect(parseLine(text)).toStrictEqual({ message: text })
  })

  test.each([
    ['too much data', { text: 'x'.repeat(20_000) }],
    ['too many entries', { list: Array.from({ length: 1001 }, () => 0) }],
    ['too long a key', { ['k'.repeat(257)]: 0 }],
  ])('%s', (_what, data) => {
    const text = JSON.stringify({ msg: 'm', data })
    expect(parseLine(text)).toStrictEqual({ message: text })
  })

  test('too long a message', () => {
    const text = JSON.stringify({ msg: 'x'.repeat(LIMITS.messageLength + 1) })
    expect(parseLine(text)).toStrictEqual({ message: text })
  })
})

test('any JSON is read without an error and says something', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(Object.keys(parseLine(text)).length).toBeGreaterThan(0)
    }),
  )
})
