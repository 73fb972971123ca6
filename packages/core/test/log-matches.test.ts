import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOG_LEVELS, LogBuffer, LogMatches, type ExecutionLog, type LogQuery } from '../src/index.ts'

/** Made of few pieces, so that patterns match often and nearly match more often: also halves of surrogate pairs, a byte order mark, line ends. */
const anyText = fc.string({
  unit: fc.constantFrom('a', 'b', 'x', ' ', '\n', 'é', '漢', '😀', '\uD83D', '\uDE00', '\uFEFF', '\u2028', 'K', 'ſ'),
  maxLength: 6,
})
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const anyLog = fc
  .record({
    // Close to each other and at the border of two chunks; far away now and then.
    seq: fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 4080, max: 4110 }),
      fc.integer({ min: 1, max: 12_500 }),
    ),
    level: fc.constantFrom(...LOG_LEVELS),
    step_name: fc.constantFrom('a', 'b', ''),
    step_id: maybe(fc.constantFrom('a', 'one')),
    message: maybe(anyText),
    error_message: maybe(anyText),
    duration_ms: maybe(fc.nat()),
  })
  .map((fields) => logOf(fields))

const PATTERNS = [
  /a/,
  /A/i,
  /K/i,
  /s/iu,
  /^/,
  /$/,
  /^$/,
  /^a/,
  /a$/,
  /^a$/m,
  /ab/,
  /a\nb/,
  /\n/,
  /a[^]*b/,
  /./s,
  /^.$/u,
  /^..$/,
  /é/,
  /É/i,
  /\u6F22/,
  /😀/u,
  /\uD83D/,
  /\uDE00$/,
  /^\uDE00/u,
  /\uFEFF/,
  /\p{L}/u,
  /(?<!a)b/,
  /(?<=a\s)x/,
  /b(?!x)/,
  /a/g,
  /b/y,
  /^x/gy,
  /[^ab]/v,
  /(?!)/,
]

const anyQuery: fc.Arbitrary<LogQuery> = fc
  .record({
    levels: maybe(fc.subarray([...LOG_LEVELS])),
    steps: maybe(fc.subarray(['a', 'b', '', 'never'])),
    text: maybe(fc.constantFrom(...PATTERNS)),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))

function logOf(fields: { readonly seq: number } & Readonly<Record<string, unknown>>): ExecutionLog {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return {
    id: `0199a3b2-0000-7000-8000-${fields.seq.toString(16).padStart(12, '0')}`,
    execution_id: 'run-1',
    timestamp: '2026-01-31T12:00:00.123Z',
    level: 'info',
    step_name: 'a',
    step_type: '',
    ...Object.fromEntries(present),
  } as ExecutionLog
}

/** The definition: a filter over everything that is held. */
function naiveMatches(logs: LogBuffer, { levels, steps, text: asked }: LogQuery): number[] {
  const pattern = asked && new RegExp(asked.source, asked.flags.replace('g', '').replace('y', ''))
  return Array.from({ length: logs.last }, (_, index) => index + 1).filter((seq) => {
    const log = logs.get(seq)
    if (!log) return false
    if (levels && !levels.includes(log.level)) return false
    if (steps && !steps.includes(log.step_name)) return false
    return !pattern || [log.message, log.error_message].some((text) => text !== undefined && pattern.test(text))
  })
}

function allOf(matches: LogMatches): (number | undefined)[] {
  return Array.from({ length: matches.count }, (_, index) => matches.at(index))
}

describe('whatever is put, in any order, and whatever is asked', () => {
  test('the matches are those of a filter over all logs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyLog, { maxLength: 25 }), { maxLength: 4 }),
        anyQuery,
        fc.array(fc.integer({ min: -3, max: 13_000 }), { maxLength: 8 }),
        (rounds, query, asked) => {
          const logs = new LogBuffer()
          const matches = new LogMatches(logs, query)
          for (const round of rounds) {
            for (const log of round) logs.put(log)
            const nearSeq = asked[0]
            expect(matches.advance(nearSeq === undefined ? {} : { nearSeq })).toBe(true)
            const expected = naiveMatches(logs, query)
            expect(matches.scanned).toBe(logs.count)
            expect(matches.count).toBe(expected.length)
            expect(allOf(matches)).toStrictEqual(expected)
            for (const seq of [...asked, 1, 4095, 4096, 4097]) {
              const from = expected.findIndex((match) => match >= seq)
              expect(matches.indexOf(seq)).toBe(from < 0 ? expected.length : from)
              expect(matches.has(seq)).toBe(expected.includes(seq))
            }
          }
        },
      ),
      { numRuns: 600 },
    )
  })

  test('a search that is interrupted again and again finds the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4999 }),
        fc.constantFrom(/q9/, /é.*9$/, /^1\d*é/, /漢/),
        fc.integer({ min: 1, max: 6000 }),
        (stride, text, nearSeq) => {
          const logs = new LogBuffer()
          const matches = new LogMatches(logs, { text })
          let interruptions = 0
          const finish = () => {
            const expected = naiveMatches(logs, { text })
            while (!matches.advance({ shouldStop: () => true, nearSeq })) {
              interruptions += 1
              expect(expected).toEqual(expect.arrayContaining(allOf(matches)))
            }
            expect(allOf(matches)).toStrictEqual(expected)
          }
          // 5003 is a prime, so every stride comes by every seq.
          for (let index = 0; index < 5003; index += 1) {
            const seq = ((index * stride) % 5003) + 1
            const filler = (seq % 7 === 0 ? 'é' : seq % 11 === 0 ? '漢😀' : 'qq').repeat(120)
            logs.put(logOf({ seq, message: `${seq} ${filler}${seq}` }))
            if (index === 2500) finish()
          }
          finish()
          expect(interruptions).toBeGreaterThan(2)
        },
      ),
      { numRuns: 8 },
    )
  })
})

function bufferOf(count: number, fieldsOf: (seq: number) => Partial<ExecutionLog>): LogBuffer {
  const logs = new LogBuffer()
  for (let seq = 1; seq <= count; seq += 1) logs.put(logOf({ seq, ...fieldsOf(seq) }))
  return logs
}

test('what is near is looked at first, what lies before it last', () => {
  const logs = bufferOf(20_000, () => ({ message: 'match' }))
  const matches = new LogMatches(logs, { text: /match/ })
  matches.advance({ shouldStop: () => matches.count > 0, nearSeq: 10_000 })
  expect(matches.has(10_000)).toBe(true)
  expect(matches.count).toBeLessThan(20_000)
  expect(matches.at(0)).toBeGreaterThan(4096)
  expect(matches.advance()).toBe(true)
  expect(allOf(matches)).toHaveLength(20_000)
})

test('work is handed back in pieces: no more than one question a piece, however long the lines are', () => {
  const logs = bufferOf(40, () => ({ message: 'x'.repeat(200_000) }))
  let questions = 0
  const matches = new LogMatches(logs, { text: /y/ })
  expect(matches.advance({ shouldStop: () => (questions += 1) < 0 })).toBe(true)
  expect(questions).toBeGreaterThanOrEqual(15)
})

test('when nothing was put, nothing is looked at and nobody is asked', () => {
  const logs = bufferOf(10, () => ({}))
  const matches = new LogMatches(logs, { levels: ['info'] })
  expect(matches.advance()).toBe(true)
  const shouldStop = () => {
    throw new Error('Asked for nothing.')
  }
  expect(matches.advance({ shouldStop })).toBe(true)
})

test('a buffer that was cleared is searched anew', () => {
  const logs = bufferOf(5000, () => ({ level: 'error' }))
  const matches = new LogMatches(logs, { levels: ['error'], steps: ['b'] })
  matches.advance()
  logs.clear()
  logs.put(logOf({ seq: 3, level: 'error', step_name: 'b', execution_id: 'run-2' }))
  logs.put(logOf({ seq: 4, level: 'error', step_name: 'a', execution_id: 'run-2' }))
  expect(matches.advance()).toBe(true)
  expect([matches.count, matches.scanned, matches.at(0), matches.at(1)]).toStrictEqual([1, 2, 3, undefined])
})

test('what lies beyond is answered as beyond', () => {
  const logs = bufferOf(3, () => ({}))
  const matches = new LogMatches(logs, {})
  expect([matches.at(0), matches.indexOf(1), matches.has(1)]).toStrictEqual([undefined, 0, false])
  matches.advance()
  expect([matches.at(-1), matches.at(3), matches.at(Number.NaN)]).toStrictEqual([undefined, undefined, undefined])
  expect([matches.indexOf(0), matches.indexOf(4), matches.indexOf(1e9), matches.indexOf(-1e9)]).toStrictEqual([
    0, 3, 3, 0,
  ])
  expect([matches.has(0), matches.has(4), matches.has(1e9), matches.has(-1)]).toStrictEqual([
    false,
    false,
    false,
    false,
  ])
})
