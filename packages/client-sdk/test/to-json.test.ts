// Whatever a program holds becomes JSON that the server's schema takes and a person can read.

import { LIMITS, type JsonValue } from '@runtail/core'
import { newExecutionLogSchema } from '@runtail/core/schema'
import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { describe as asText, toJson } from '../src/to-json.ts'

class Account {
  readonly owner = 'ada'
  get balance(): number {
    return 3
  }
}

class Empty {}

const cyclic: Record<string, unknown> = { name: 'loop' }
cyclic['self'] = cyclic
cyclic['list'] = [cyclic]

const shared = { a: 1 }

describe('readable', () => {
  test.each<[string, unknown, JsonValue]>([
    ['JSON', { a: [1, 'x', true, null] }, { a: [1, 'x', true, null] }],
    ['undefined', undefined, null],
    ['undefined in an object', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined in an array', [undefined], [null]],
    ['no number', [Number.NaN, -Infinity], ['NaN', '-Infinity']],
    ['a BigInt', 12n, '12n'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', { f: function named() {} }, { f: '[function named]' }],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), '[invalid date]'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ k: 1 }, 2],
      ]),
      { a: 1, '{"k":1}': 2 },
    ],
    ['a Set', new Set([1, 2]), [1, 2]],
    ['a RegExp and a URL', [/a/g, new URL('http://a/')], ['/a/g', 'http://a/']],
    [
      'binary',
      [new Uint8Array(3), new ArrayBuffer(4), Buffer.from('abc')],
      ['[Uint8Array, 3 bytes]', '[ArrayBuffer, 4 bytes]', '[Buffer, 3 bytes]'],
    ],
    ['a generator, untouched', (function* () {})(), '[Generator]'],
    ['a list with holes', Object.assign([], { length: 3, 1: 'x' }), [null, 'x', null]],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['boxed values', [Object('a'), Object(1), Object(false)], ['a', 1, false]],
    ['an instance', new Account(), { owner: 'ada' }],
    ['an empty instance', new Empty(), '[Empty]'],
    ['toJSON', { toJSON: () => ({ a: 1n }) }, { a: '1n' }],
    ['a cycle', cyclic, { name: 'loop', self: '[circular]', list: ['[circular]'] }],
    ['the same object twice, which is no cycle', [shared, shared], [{ a: 1 }, { a: 1 }]],
    [
      'a key that means something to JavaScript',
      JSON.parse('{"__proto__":{"polluted":1}}'),
      JSON.parse('{"__proto__":{"polluted":1}}') as JsonValue,
    ],
    ['no prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ])('%s', (_case, value, expected) => {
    expect(JSON.stringify(toJson(value))).toBe(JSON.stringify(expected))
  })

  test('an error with its cause', () => {
    const text = toJson(new Error('outer', { cause: new TypeError('inner') }))
    expect(text).toMatch(/^Error: outer\n\s+at .*\nCaused by: TypeError: inner\n\s+at /s)
  })

  test('an error with its fields, and errors together; of another realm, or that cause one another', () => {
    const fields = Object.assign(new Error('no'), { code: 'ENOENT', errno: -2, request: { large: true } })
    expect(toJson(fields)).toMatch(/^Error: no\n.*\n {4}\{ code: "ENOENT", errno: -2 \}$/s)
    const together = new AggregateError([new Error('a'), 'b', { c: 1 }], 'all')
    const parts = asText(together).split('\nOne of its errors: ')
    expect(parts.map((part) => part.split('\n')[0])).toEqual(['AggregateError: all', 'Error: a', 'b', '{"c":1}'])
    expect(toJson(runInNewContext(`new TypeError('far')`))).toMatch(/^TypeError: far\n/)
    const loop = new Error('loop')
    loop.cause = { again: loop }
    expect(asText(loop).split('\n').at(-1)).toBe('Caused by: {"again":"[circular]"}')
    const deep = Array.from({ length: 100 }).reduce<Error | undefined>(
      (cause, _, at) => new Error(`${at}`, { cause }),
      undefined,
    )
    expect(asText(deep).match(/^Caused by/gm)).toHaveLength(7)
  })

  test('what throws spoils its own place only', () => {
    const value = {
      good: 1,
      get bad(): never {
        throw new Error('not now')
      },
      after: 2,
    }
    expect(toJson(value)).toEqual({ good: 1, bad: expect.stringMatching(/^\[unreadable: Error: not now/), after: 2 })
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    expect(toJson({ a: revoked.proxy, b: 1 })).toEqual({ a: expect.stringMatching(/^\[unreadable: /), b: 1 })
    expect(
      toJson({
        toJSON: () => {
          throw new Error('never')
        },
      }),
    ).toMatch(/^\[unreadable: Error: never/)
  })
})

describe('bounded', () => {
  test('depth', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 10_000; level += 1) deep = level % 2 ? [deep] : { deep }
    const json = toJson(deep)
    expect(JSON.stringify(json)).toContain(`more than ${LIMITS.jsonDepth} levels deep]`)
    expect(isTaken(json)).toBe(true)
  })

  test('a long text says how much is missing', () => {
    const text = toJson('x'.repeat(1_000_000), { maxLength: 1000 })
    expect(text).toHaveLength(1000)
    expect(text).toMatch(/^x+… \[999000 more characters\]$/)
  })

  test('many entries', () => {
    const list = toJson(Array.from({ length: 5000 }, (_, index) => index)) as JsonValue[]
    expect(list).toHaveLength(1001)
    expect(list.at(-1)).toBe('[4000 more]')
    const record = toJson(Object.fromEntries(list.map((_, index) => [`k${index}`, index]))) as Record<string, JsonValue>
    expect(record['[more]']).toBe(1)
  })

  test('a sparse array of a billion', () => {
    const sparse: unknown[] = []
    sparse.length = 1_000_000_000
    expect((toJson(sparse) as JsonValue[]).at(-1)).toBe('[999999000 more]')
  })

  test('all of it together', () => {
    const wide = Array.from({ length: 900 }, () => Array.from({ length: 900 }, () => 'some text'))
    expect(JSON.stringify(toJson(wide, { maxLength: 10_000 })).length).toBeLessThan(30_000)
  })
})

/** Whether the server takes it. */
function isTaken(input_data: JsonValue): boolean {
  const log = {
    id: 'a',
    execution_id: 'e',
    timestamp: '2026-01-01T00:00:00Z',
    level: 'info',
    step_name: '',
    step_type: '',
  }
  // What travels is text.
  return newExecutionLogSchema.safeParse({ ...log, input_data: JSON.parse(JSON.stringify(input_data)) as unknown })
    .success
}

test('the server takes whatever came in, and JSON comes out as it was', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withNullPrototype: true,
        withSparseArray: true,
        maxDepth: 5,
      }),
      (value) => {
        expect(isTaken(toJson(value))).toBe(true)
      },
    ),
  )
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
      expect(JSON.stringify(toJson(value))).toBe(JSON.stringify(value))
    }),
  )
})
