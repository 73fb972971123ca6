import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { blockEncoder, encodeMessage } from '../src/encoder.ts'

/** Any value that JSON.stringify takes, with what it leaves out or rewrites, and objects with a toJSON of their own. */
const anything = fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true })
const log = fc.dictionary(fc.string(), fc.jsonValue())
const block = fc.tuple(fc.nat(), fc.array(log, { maxLength: 5 })).map(
  ([from, logs]) =>
    new LogBlock(
      from,
      logs.map((value) => JSON.stringify(value)),
    ),
)
const members = fc.dictionary(fc.string(), anything, { maxKeys: 4 })

/** An object with one more member, at any place among the others. */
function around(key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc.tuple(members, value, members).map(([before, middle, after]) => ({ ...before, [key]: middle, ...after }))
}

const messages = fc.oneof(
  anything,
  block,
  members,
  around('result', around('data', around('data', around('logs', block)))),
  around('result', around('data', around('logs', block))),
  around('result', around('data', around('logs', anything))),
  around('result', around('data', around('data', around('logs', anything)))),
  // Blocks where we never put them, and several of them.
  around('result', around('data', around('blocks', fc.array(block)))),
  around('result', around('data', fc.record({ logs: block, data: fc.record({ logs: block }), more: block }))),
  around('error', around('logs', block)),
)

/** What comes of it, an error included. */
function outcome(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return String(error)
  }
}

describe('encodeMessage', () => {
  test('writes what JSON.stringify writes, byte for byte', () => {
    fc.assert(
      fc.property(messages, (message) => {
        // What JSON cannot hold (a bigint, a cycle) is refused alike.
        expect(outcome(() => encodeMessage(message))).toStrictEqual(outcome(() => JSON.stringify(message)))
      }),
      { numRuns: 2000, verbose: 1 },
    )
  })

  test('writes a frame of logs.follow as tRPC sends it', () => {
    const logs = [
      { id: 'a', seq: 7 },
      { id: 'b', seq: 8, message: '"\u2028\uD800' },
    ]
    const frame = {
      from: 7,
      logs: new LogBlock(
        7,
        logs.map((value) => JSON.stringify(value)),
      ),
      head: 8,
    }
    const message = { id: 3, result: { type: 'data', data: { id: 'e:8', data: frame }, id: 'e:8' } }
    expect(encodeMessage(message)).toBe(
      JSON.stringify({ ...message, result: { ...message.result, data: { id: 'e:8', data: { ...frame, logs } } } }),
    )
  })

  test('joins the lines of a block once, for a hundred followers', () => {
    let joins = 0
    const lines = ['{"seq":1}', '{"seq":2}']
    lines.join = (separator) => {
      joins += 1
      return Array.prototype.join.call(lines, separator)
    }
    const shared = new LogBlock(1, lines)
    const sent = Array.from({ length: 100 }, (_, id) =>
      encodeMessage({ id, result: { type: 'data', data: { id: 'e:2', data: { from: 1, logs: shared, head: 2 } } } }),
    )
    expect(new Set(sent).size).toBe(100)
    expect(sent.every((text) => text.includes('"logs":[{"seq":1},{"seq":2}]'))).toBe(true)
    expect(joins).toBe(1)
  })
})

test('the decoder takes text and refuses binary', () => {
  expect(blockEncoder.decode('{"a":[1]}')).toStrictEqual({ a: [1] })
  expect(() => blockEncoder.decode(new Uint8Array([123, 125]))).toThrow(SyntaxError)
})
