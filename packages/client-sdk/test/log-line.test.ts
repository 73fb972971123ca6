// Whatever a program reports becomes a line that the server's schema takes; what was right stays as it was.

import { LIMITS, type NewExecutionLog } from '@runtail/core'
import { idSchema, newExecutionLogSchema, newExecutionSchema } from '@runtail/core/schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_LINE_BYTES, toId, toLine, type RawFields } from '../src/log-line.ts'
import { newExecutionOf } from '../src/new-execution.ts'
import type { StartExecution } from '../src/types.ts'

const FRAME = { execution_id: 'run-1', step_name: 'download', step_type: 'http' }

/** The line of fields that no compiler would let through. */
function logOf(fields: object): NewExecutionLog {
  return JSON.parse(toLine({ ...FRAME, ...fields } as RawFields).json) as NewExecutionLog
}

const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, maxDepth: 2 })
const FIELDS = [
  'id',
  'timestamp',
  'level',
  'message',
  'input_data',
  'output_data',
  'duration_ms',
  'error_message',
  'step_id',
  'parent_step_id',
  'attempt',
  'event',
  'progress',
  'step_name',
  'step_type',
  'unknown',
] as const

test('the server takes whatever is reported', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(anything, fc.string({ unit: 'binary' }))),
      (fields) => {
        const result = newExecutionLogSchema.safeParse(logOf(fields))
        expect(result.error?.message).toBeUndefined()
      },
    ),
    { examples: [[{ attempt: 2 ** 53 }]] },
  )
})

test('a whole log stays as it was', () => {
  const log = {
    ...FRAME,
    id: 'mine-1',
    timestamp: '2026-01-31T12:00:00.123456Z',
    level: 'error',
    message: '\u001B[31mred\u001B[0m \uD83D\uDE00',
    input_data: { a: [1] },
    output_data: 'out',
    duration_ms: 1.5,
    error_message: 'Error: no',
    step_id: 's1',
    parent_step_id: 's0',
    attempt: 2,
    event: 'execution.progress',
    progress: 45.5,
  }
  expect(logOf(log)).toEqual(log)
})

describe('bent until it fits', () => {
  test.each<[string, object, object]>([
    ['a level of another logger', { level: 'WARN' }, { level: 'warning' }],
    ['an unknown level', { level: 7 }, { level: 'info' }],
    ['a time in milliseconds', { timestamp: 0 }, { timestamp: '1970-01-01T00:00:00.000Z' }],
    ['a time with an offset', { timestamp: '2026-01-31T13:00:00+01:00' }, { timestamp: '2026-01-31T12:00:00.000Z' }],
    [
      'progress beyond the end',
      { event: 'execution.progress', progress: 140 },
      { event: 'execution.progress', progress: 100 },
    ],
    ['a message that is an object', { message: { a: 1n } }, { message: '{"a":"1n"}' }],
    ['ids with spaces', { step_id: 'a b/c', parent_step_id: '-x' }, { step_id: 'a_b_c', parent_step_id: 'x-x' }],
    [
      'a long name',
      { step_name: 'n'.repeat(1000) },
      { step_name: expect.stringMatching(/^n+… \[744 more characters\]$/) as unknown },
    ],
    ['a broken name', { step_name: 'a\uD800b' }, { step_name: 'a\uFFFDb' }],
  ])('%s', (_case, fields, expected) => {
    expect(logOf(fields)).toMatchObject(expected)
  })

  test.each(['+010000-01-01T00:00:00Z', 'yesterday', Number.NaN, {}, ''])('the time %s is now', (timestamp) => {
    const before = Date.now()
    expect(Date.parse(logOf({ timestamp }).timestamp)).toBeGreaterThanOrEqual(before)
  })

  test('what lets nobody look costs what it says, and no more', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const fields = ['id', 'timestamp', 'level', 'step_name', 'step_type', 'message', 'error_message', 'input_data']
    const others = ['output_data', 'duration_ms', 'step_id', 'parent_step_id', 'attempt', 'event', 'progress']
    const log = logOf(Object.fromEntries([...fields, ...others].map((field) => [field, proxy])))
    expect(newExecutionLogSchema.safeParse(log).success).toBe(true)
    expect(log.message).toMatch(/^\[unreadable/)
  })

  test('a day that no calendar has becomes one that the server takes', () => {
    expect(newExecutionLogSchema.safeParse(logOf({ timestamp: '2026-02-30T12:00:00Z' })).success).toBe(true)
  })

  test('two ids that cannot be ids stay two logs', () => {
    expect(logOf({ id: 'a b' }).id).not.toBe(logOf({ id: 'a_b' }).id)
  })

  test('progress without a number is no event', () => {
    const log = logOf({ event: 'execution.progress', progress: 'half', message: 'on' })
    expect(log).not.toHaveProperty('event')
    expect(log.message).toBe('on')
  })

  test('a long message says how much is missing', () => {
    const { message = '' } = logOf({ message: 'm'.repeat(300 * 1024) })
    expect(message).toHaveLength(LIMITS.messageLength)
    expect(message).toMatch(/… \[45056 more characters\]$/)
  })

  test('a line that is too long as JSON becomes shorter', () => {
    const line = toLine({
      ...FRAME,
      message: '\u0001'.repeat(250 * 1024),
      input_data: '\u0001'.repeat(100_000),
      output_data: 'x',
    })
    expect(line.bytes).toBe(Buffer.byteLength(line.json))
    expect(line.bytes).toBeLessThanOrEqual(MAX_LINE_BYTES)
    expect(JSON.parse(line.json)).toMatchObject({
      message: expect.stringMatching(/more characters\]$/) as unknown,
      output_data: 'x',
    })
  })
})

test('the bytes of a line are its bytes in UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (message) => {
      const line = toLine({ ...FRAME, message })
      expect(line.bytes).toBe(Buffer.byteLength(line.json))
    }),
  )
})

test('ids are unique and sorted by time, within a millisecond too', () => {
  const ids = Array.from({ length: 5000 }, () => logOf({}).id)
  expect(new Set(ids).size).toBe(5000)
  expect(ids.toSorted()).toEqual(ids)
})

test('any id becomes one', () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.string()), (value) => {
      expect(idSchema.safeParse(toId(value)).success).toBe(true)
    }),
  )
})

test('the server takes any new execution', () => {
  const field = fc.oneof(anything, fc.string({ unit: 'binary' }), fc.array(fc.string()))
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('id', 'workflow_id', 'name', 'tags'), field), (fields) => {
      const made = newExecutionOf(fields as unknown as StartExecution, { newId: () => 'new', onError: () => {} })
      expect(newExecutionSchema.safeParse(JSON.parse(JSON.stringify(made))).error?.message).toBeUndefined()
    }),
  )
})
