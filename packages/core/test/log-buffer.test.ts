import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOG_EVENTS, LOG_LEVELS, LogBuffer, RuntailError, type ExecutionLog } from '../src/index.ts'

function logAt(seq: number, fields: Partial<ExecutionLog> = {}): ExecutionLog {
  return {
    id: `0199a3b2-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`,
    execution_id: 'run-1',
    seq,
    timestamp: '2026-01-31T12:00:00.123Z',
    level: 'info',
    step_name: 'download',
    step_type: 'http',
    message: `line ${seq}`,
    ...fields,
  }
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const ALMOST_UUIDS = [
  '0199a3b2-0000-7000-8000-00000000000G',
  '0199A3B2-0000-7000-8000-000000000000',
  '0199a3b2-0000-7000-8000-00000000000ā',
  '0199a3b2:0000-7000-8000-000000000000',
  '0199a3b2-0000-7000-80000-00000000000',
  '0199a3b2-0000-7000-8000-0000000000000',
]

/** As long as ours, and a calendar would bend some of them. */
const ALMOST_CANONICAL_TIMES = [
  '2026-01-31T24:00:00.000Z',
  '2026-02-30T12:00:00.000Z',
  '2026-13-01T12:00:00.000Z',
  '2026-01-31T12:60:00.000Z',
  '2026-01-31T12:00:60.000Z',
  '2026-01-31T12:00:0a.000Z',
  '2026-01-31T12:00:00.00aZ',
  '2026-01-31T12:00:00,000Z',
  '2026-01-31T12.00:00.000Z',
  '2026-01-31T12:00.00.000Z',
  '2026-01-31T12:00:00.000z',
  '2026-01-31 12:00:00.000Z',
  '+2026-01-31T12:00:00.00Z',
]

/** Any log that the schema allows, with the awkward ones: lone surrogates, ids that are no UUIDs, times with microseconds. */
const anyLog = fc
  .record({
    id: fc.oneof(fc.uuid(), fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}$/), fc.constantFrom(...ALMOST_UUIDS)),
    timestamp: fc.constantFrom(
      '2026-01-31T12:00:00.123Z',
      '2026-01-31T12:00:00Z',
      '2026-01-31T12:00:00.123456Z',
      '1969-07-20T20:17:40.000Z',
      ...ALMOST_CANONICAL_TIMES,
    ),
    level: fc.constantFrom(...LOG_LEVELS),
    step_name: fc.constantFrom('a', 'b', 'ü'),
    step_type: fc.constantFrom('', 'http'),
    message: optional(fc.string({ unit: 'binary', maxLength: 200 })),
    input_data: optional(fc.jsonValue()),
    output_data: optional(fc.jsonValue()),
    duration_ms: optional(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    error_message: optional(fc.string({ unit: 'binary' })),
    step_id: optional(fc.constantFrom('s1', 's2')),
    parent_step_id: optional(fc.constant('s0')),
    attempt: optional(fc.integer({ min: 1, max: 3 })),
    event: optional(fc.constantFrom(...LOG_EVENTS)),
    progress: optional(fc.integer({ min: 0, max: 100 })),
  })
  .map((fields): Omit<ExecutionLog, 'seq'> => {
    const present = Object.entries(fields).filter(([, value]) => value !== undefined)
    // What travels is JSON: -0 and lone surrogates in keys come out as JSON has them.
    return JSON.parse(JSON.stringify({ execution_id: 'run-1', ...Object.fromEntries(present) })) as Omit<
      ExecutionLog,
      'seq'
    >
  })

describe('any logs, in any order, any number of times', () => {
  test('come out as they went in, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 10_000 }), anyLog), { maxLength: 60 }), (puts) => {
        const buffer = new LogBuffer()
        const model = new Map<number, ExecutionLog>()
        for (const [seq, fields] of puts) {
          const log = { ...fields, seq }
          expect(buffer.put(log)).toBe(!model.has(seq))
          if (!model.has(seq)) model.set(seq, log)
        }
        const seqs = [...model.keys()].toSorted((a, b) => a - b)
        expect(buffer.count).toBe(model.size)
        expect(buffer.first).toBe(seqs[0] ?? 0)
        expect(buffer.last).toBe(seqs.at(-1) ?? 0)
        for (const [seq, log] of model) {
          expect(buffer.get(seq)).toStrictEqual(log)
          expect(buffer.levelAt(seq)).toBe(log.level)
          expect(buffer.messageAt(seq)).toBe(log.message)
          expect(buffer.messageBytesAt(seq)).toBe(new TextEncoder().encode(log.message).length)
          expect(buffer.isAsciiAt(seq)).toBe(/^[\0-\x7F]*$/.test(log.message ?? ''))
          expect(buffer.timeAt(seq)).toBe(Date.parse(log.timestamp))
          expect(buffer.stepAt(seq)?.step_name).toBe(log.step_name)
        }
        const logs = seqs.flatMap((seq) => model.get(seq) ?? [])
        expect(buffer.stepCounts()).toStrictEqual(
          [...new Set(logs.map((log) => log.step_name))].map((step_name) => {
            const ofStep = logs.filter((log) => log.step_name === step_name)
            return { step_name, count: ofStep.length, errors: ofStep.filter((log) => log.level === 'error').length }
          }),
        )
        const missing = buffer
          .holes()
          .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
        const expected = Array.from({ length: buffer.last - buffer.first + 1 }, (_, i) => buffer.first + i).filter(
          (seq) => seq > 0 && !model.has(seq),
        )
        expect(missing).toStrictEqual(expected)
      }),
      { numRuns: 200 },
    )
  })
})

test('holes spanning whole chunks are found without walking them', () => {
  const buffer = new LogBuffer()
  for (const seq of [5, 6, 50_000_000]) buffer.put(logAt(seq))
  expect(buffer.holes()).toStrictEqual([{ from: 7, to: 49_999_999 }])
})

test('a full run of chunks has no holes, also at chunk borders', () => {
  const buffer = new LogBuffer()
  for (let seq = 12_300; seq >= 1; seq -= 1) buffer.put(logAt(seq))
  expect(buffer.holes()).toStrictEqual([])
  expect(buffer.get(4096)).toStrictEqual(logAt(4096))
  expect(buffer.get(12_301)).toBeUndefined()
})

test('what is not held is answered as absent', () => {
  const buffer = new LogBuffer()
  expect([buffer.first, buffer.last, buffer.count, buffer.bytes]).toStrictEqual([0, 0, 0, 0])
  expect(buffer.holes()).toStrictEqual([])
  expect(buffer.get(1)).toBeUndefined()
  expect(buffer.levelAt(1)).toBeUndefined()
  expect(buffer.messageAt(1)).toBeUndefined()
  expect(buffer.stepAt(1)).toBeUndefined()
  expect([buffer.messageBytesAt(1), buffer.isAsciiAt(1), buffer.stepCounts()]).toStrictEqual([0, true, []])
  expect(buffer.timeAt(1)).toBeNaN()
})

test('the first log of a seq stays', () => {
  const buffer = new LogBuffer()
  buffer.put(logAt(1, { message: 'first' }))
  expect(buffer.put(logAt(1, { message: 'second' }))).toBe(false)
  expect(buffer.messageAt(1)).toBe('first')
})

test.each([
  ['of another execution', logAt(2, { execution_id: 'run-2' })],
  ['at seq 0', logAt(0)],
  ['at a broken seq', logAt(1.5)],
])('a log %s is refused and changes nothing', (_what, log) => {
  const buffer = new LogBuffer()
  buffer.put(logAt(1))
  expect(() => buffer.put(log)).toThrow(RuntailError)
  expect([buffer.count, buffer.first, buffer.last]).toStrictEqual([1, 1, 1])
})

test('clear forgets everything, the execution too', () => {
  const buffer = new LogBuffer()
  buffer.put(logAt(1))
  buffer.clear()
  expect([buffer.count, buffer.first, buffer.last, buffer.bytes]).toStrictEqual([0, 0, 0, 0])
  expect(buffer.put(logAt(9, { execution_id: 'run-2' }))).toBe(true)
  expect(buffer.stepCounts()).toStrictEqual([{ step_name: 'download', count: 1, errors: 0 }])
})

test('a hundred thousand lines cost little more than their bytes', () => {
  const buffer = new LogBuffer()
  const message = 'x'.repeat(110)
  for (let seq = 1; seq <= 100_000; seq += 1) buffer.put(logAt(seq, { message }))
  expect(buffer.bytes / 100_000).toBeLessThan(160)
})

test('a few lines tell what many like them would take', () => {
  const few = new LogBuffer()
  const many = new LogBuffer()
  const lineAt = (seq: number) => logAt(seq, { message: 'é'.repeat(40), ...(seq % 2 ? { duration_ms: 5 } : {}) })
  for (let seq = 900_001; seq <= 901_000; seq += 1) few.put(lineAt(seq))
  for (let seq = 1; seq <= 40_960; seq += 1) many.put(lineAt(seq))
  expect(few.usedBytes / few.count / (many.bytes / many.count)).toBeCloseTo(1, 1)
})
