import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { blockEncoder, encodeMessage } from '../src/encoder.ts'
import { FirstMessage, followMessage } from '../src/follow-message.ts'

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

  test.each([
    ['a number', { id: 3 }],
    ['a text', { id: 'a "text"' }],
    ['a version of JSON-RPC', { id: 3, jsonrpc: '2.0' }],
  ])('writes the first frame of a subscription as tRPC would, and says how the others begin: %s', (_, envelope) => {
    const openings: string[] = []
    for (const reset of [undefined, true] as const) {
      const frame = { block: new LogBlock(7, ['{"seq":7}', '{"seq":8}']), head: 9, ...(reset && { reset }) }
      const message = followMessage(frame, 'e')
      const data = { from: 7, logs: [{ seq: 7 }, { seq: 8 }], head: 9, ...(reset && { reset }) }
      const expected = JSON.stringify({
        ...envelope,
        result: { type: 'data', data: { id: 'e:8', data }, id: 'e:8' },
      })
      const first = new FirstMessage(message, (opening) => openings.push(opening))
      const sent = {
        ...envelope,
        result: { type: 'data', data: { id: message.cursor, data: first }, id: message.cursor },
      }
      expect(encodeMessage(sent)).toBe(expected)
      expect(openings.pop() + message.tail.toString()).toBe(expected)
    }
    expect(openings).toStrictEqual([])
  })
})

test('a frame is written once for all followers, and anew where the head, the store or the answer is another', () => {
  const frame = { block: new LogBlock(1, ['{"seq":1}']), head: 1 }
  const written = followMessage(frame, 'e')
  expect(followMessage({ ...frame }, 'e')).toBe(written)
  expect(followMessage({ ...frame, reset: true }, 'e').tail.toString()).toContain('"reset":true')
  expect(followMessage(frame, 'e')).toBe(written)
  expect(followMessage({ ...frame, head: 2 }, 'e').tail.toString()).toContain('"head":2')
  expect(followMessage({ ...frame, head: 2 }, 'f').cursor).toBe('f:1')
  expect(followMessage({ ...frame, block: new LogBlock(1, frame.block.lines) }, 'e')).not.toBe(written)
})

test('the decoder takes text and refuses binary', () => {
  expect(blockEncoder.decode('{"a":[1]}')).toStrictEqual({ a: [1] })
  expect(() => blockEncoder.decode(new Uint8Array([123, 125]))).toThrow(SyntaxError)
})
