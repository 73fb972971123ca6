import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS, LOG_EVENTS, LOG_LEVELS } from '../src/index.ts'
import { isPlainLog, newExecutionLogSchema } from '../src/schema.ts'

const log = {
  id: '0198c0de-7a1b-7c2d-8e3f-4a5b6c7d8e9f',
  execution_id: 'run-1',
  timestamp: '2026-01-31T12:00:00.000Z',
  level: 'info',
  step_name: 'download',
  step_type: 'http',
}
const full = {
  ...log,
  message: '\u001B[32m200 OK\u001B[0m \u0000 \uD800',
  input_data: { url: 'http://example.test', nested: [1, null, { deep: true }] },
  output_data: null,
  duration_ms: 0.5,
  error_message: '',
  step_id: 'step:1',
  parent_step_id: 'step:0',
  attempt: 1,
  event: 'execution.progress',
  progress: 100,
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value }
  return value
}

/** As a value comes over the wire: what JSON cannot say does not come. */
const received = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const two = (value: number): string => String(value).padStart(2, '0')
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/)
const name = fc.string({ unit: 'grapheme', maxLength: 20 })
const text = fc.string({ unit: 'binary' })
const valid = {
  id,
  execution_id: id,
  timestamp: fc
    .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  level: fc.constantFrom(...LOG_LEVELS),
  step_name: name,
  step_type: name,
  message: text,
  input_data: fc.jsonValue(),
  output_data: fc.jsonValue(),
  duration_ms: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  error_message: text,
  step_id: id,
  parent_step_id: id,
  attempt: fc.integer({ min: 1 }),
  event: fc.constantFrom(...LOG_EVENTS),
  progress: fc.double({ min: 0, max: 100, noNaN: true }),
}
/** Many of them are valid too, in one field or another. */
const nearlyValid = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', [], {}, 'info', '-a', 'a/b', 'a b', 'a\n', 'ü', '\uDC00', 'step.gone'),
  fc.stringMatching(/^[A-Za-z0-9]{126,130}$/),
  fc.constantFrom(255, 256, 257).map((length) => 'x'.repeat(length)),
  fc.constantFrom(-1, -0, 0.5, 1, 100, 100.1, 2 ** 53 - 1, 2 ** 53, 1e308),
  fc.constantFrom('2026-01-31T12:00:00+01:00', '2026-01-31 12:00:00Z', '2026-01-31T12:00Z', '2024-02-29T00:00:00Z'),
  fc
    .tuple(fc.nat(9999), fc.nat(14), fc.nat(33), fc.nat(25), fc.nat(61), fc.nat(61), fc.constantFrom('', '.5', '.'))
    .map(([year, month, day, hour, minute, second, fraction]) => {
      const time = `${two(hour)}:${two(minute)}:${two(second)}${fraction}Z`
      return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}`
    }),
)
const fields = fc.constantFrom(...Object.keys(valid), 'seq', 'toString', '__proto__', '')

/** Valid but for a field or two. */
const logs = fc
  .tuple(
    fc.record(valid, { requiredKeys: ['id', 'execution_id', 'timestamp', 'level', 'step_name', 'step_type'] }),
    fc.array(fc.tuple(fields, nearlyValid), { maxLength: 2 }),
  )
  .map(([made, changes]) => Object.fromEntries([...Object.entries(made), ...changes]))

describe('isPlainLog', () => {
  test('takes nothing that the schema refuses or changes', () => {
    let taken = 0
    fc.assert(
      fc.property(logs.map(received), (value) => {
        if (!isPlainLog(value)) return
        taken += 1
        expect(newExecutionLogSchema.parse(value)).toStrictEqual(value)
      }),
      { numRuns: 5000 },
    )
    // Else nothing was shown.
    expect(taken).toBeGreaterThan(1000)
  })

  test.each(Object.keys(full))('takes a log with %s, and refuses one where it is of another type', (field) => {
    const { [field as keyof typeof full]: value } = full
    expect(isPlainLog({ ...log, progress: 1, [field]: value })).toBe(true)
    const isJson = field === 'input_data' || field === 'output_data'
    expect(isPlainLog({ ...full, [field]: isJson ? nested(LIMITS.jsonDepth + 1) : { value } })).toBe(false)
    expect(isPlainLog({ ...full, [field]: undefined })).toBe(false)
  })

  test.each(Object.keys(log))('refuses a log without %s', (field) => {
    expect(isPlainLog(Object.fromEntries(Object.entries(full).filter(([name]) => name !== field)))).toBe(false)
  })

  test.each([
    ['every level', LOG_LEVELS.map((level) => ({ ...log, level }))],
    ['every event', LOG_EVENTS.map((event) => ({ ...log, event, progress: 0 }))],
    [
      'every day of a year',
      Array.from({ length: 365 }, (_, day) => ({
        ...log,
        timestamp: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
      })),
    ],
    [
      'the longest of everything',
      [
        {
          ...log,
          id: 'x'.repeat(LIMITS.idLength),
          step_name: 'ü'.repeat(LIMITS.nameLength),
          message: 'x'.repeat(LIMITS.messageLength),
          input_data: nested(LIMITS.jsonDepth),
        },
      ],
    ],
  ])('takes %s by itself, without the schema', (_what, valid) => {
    for (const value of valid) expect(isPlainLog(value)).toBe(true)
  })

  test.each([
    ['an unknown field', { ...log, colour: 'red' }],
    ['a field of every object', JSON.parse(JSON.stringify(log).replace('{', '{"__proto__":{"id":"x"},'))],
    ['a seq, which only the store gives', { ...log, seq: 1 }],
    ['an unknown level', { ...log, level: 'fatal' }],
    ['a time with an offset', { ...log, timestamp: '2026-01-31T12:00:00+01:00' }],
    ['the 31st of a short month', { ...log, timestamp: '2026-04-31T12:00:00Z' }],
    ['a time that is as long as a book', { ...log, timestamp: `2026-01-31T12:00:00.${'0'.repeat(900_000)}Z` }],
    ['an hour too many', { ...log, timestamp: '2026-01-31T24:00:00Z' }],
    ['a time with a line after it', { ...log, timestamp: '2026-01-31T12:00:00Z\n' }],
    ['a slash in an id', { ...log, execution_id: '../etc' }],
    ['an empty id', { ...log, id: '' }],
    ['an id with a line after it', { ...log, id: 'a\n' }],
    ['an id over the limit', { ...log, id: 'x'.repeat(LIMITS.idLength + 1) }],
    ['a name over the limit', { ...log, step_type: 'x'.repeat(LIMITS.nameLength + 1) }],
    ['a message over the limit', { ...log, message: 'x'.repeat(LIMITS.messageLength + 1) }],
    ['a lone surrogate in a name', { ...log, step_name: '\uD800' }],
    ['progress beyond 100', { ...log, event: 'execution.progress', progress: 100.5 }],
    ['progress below 0', { ...log, progress: -1 }],
    ['a progress event without its value', { ...log, event: 'execution.progress' }],
    ['an infinite duration', { ...log, duration_ms: Infinity }],
    ['a negative duration', { ...log, duration_ms: -0.1 }],
    ['no duration', { ...log, duration_ms: Number.NaN }],
    ['attempt zero', { ...log, attempt: 0 }],
    ['half an attempt', { ...log, attempt: 1.5 }],
    ['an attempt beyond safe integers', { ...log, attempt: 2 ** 53 }],
    ['JSON nested absurdly deep', { ...log, input_data: nested(100_000) }],
    ['a list', [log]],
    ['nothing', null],
    ['a text', 'log'],
  ])('refuses %s, as the schema does', (_what, value) => {
    expect(isPlainLog(value)).toBe(false)
    expect(newExecutionLogSchema.safeParse(value).success).toBe(false)
  })
})
