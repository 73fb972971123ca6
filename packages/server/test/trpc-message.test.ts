import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { followMessage } from '../src/follow-message.ts'
import {
  dataMessage,
  errorMessage,
  NO_CALL,
  opening,
  readCalls,
  STARTED,
  STOPPED,
  trackedMessage,
} from '../src/trpc-message.ts'

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

const answers = fc.oneof(
  anything,
  block,
  members,
  around('logs', block),
  around('logs', anything),
  around(
    'toJSON',
    fc.constant(() => 'as it likes'),
  ),
  // Blocks where we never put them, and several of them.
  around('blocks', fc.array(block)),
  fc.record({ logs: block, data: fc.record({ logs: block }), more: block }),
)

/** What comes of it, an error included. */
function outcome(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return String(error)
  }
}

describe('the text of a message is, byte for byte, what JSON.stringify writes', () => {
  test.each<[string, { id: number | string; jsonrpc?: '2.0' }]>([
    ['a number', { id: 3 }],
    ['a text', { id: 'a "text"' }],
    ['a version of JSON-RPC', { id: 3, jsonrpc: '2.0' }],
  ])('under an id that is %s', (_what, envelope) => {
    const begun = opening(envelope.id, envelope.jsonrpc)
    expect(begun + STARTED).toBe(JSON.stringify({ ...envelope, result: { type: 'started' } }))
    expect(begun + STOPPED).toBe(JSON.stringify({ ...envelope, result: { type: 'stopped' } }))
    expect(begun + errorMessage({ code: 1 })).toBe(JSON.stringify({ ...envelope, error: { code: 1 } }))
    for (const reset of [undefined, true] as const) {
      const frame = { block: new LogBlock(7, ['{"seq":7}', '{"seq":8}']), head: 9, ...(reset && { reset }) }
      const data = { from: 7, logs: [{ seq: 7 }, { seq: 8 }], head: 9, ...(reset && { reset }) }
      const result = { type: 'data', data: { id: 'e:8', data }, id: 'e:8' }
      expect(begun + followMessage(frame, 'e').rest.bytes.toString()).toBe(JSON.stringify({ ...envelope, result }))
    }
  })

  test('with whatever is answered', () => {
    fc.assert(
      fc.property(answers, (data) => {
        const result = { type: 'data', data }
        const tracked = { type: 'data', data: { id: 'e:8', data }, id: 'e:8' }
        // What JSON cannot hold (a bigint, a cycle) is refused alike.
        expect(outcome(() => opening(1) + dataMessage(data))).toStrictEqual(
          outcome(() => JSON.stringify({ id: 1, result })),
        )
        expect(outcome(() => opening(1) + trackedMessage('e:8', data))).toStrictEqual(
          outcome(() => JSON.stringify({ id: 1, result: tracked })),
        )
      }),
      { numRuns: 2000, verbose: 1 },
    )
  })
})

test('a frame is written once for all followers, and anew where the head, the store or the answer is another', () => {
  const frame = { block: new LogBlock(1, ['{"seq":1}']), head: 1 }
  const written = followMessage(frame, 'e')
  expect(followMessage({ ...frame }, 'e')).toBe(written)
  expect(followMessage({ ...frame, reset: true }, 'e').rest.bytes.toString()).toContain('"reset":true')
  expect(followMessage(frame, 'e')).toBe(written)
  expect(followMessage({ ...frame, head: 2 }, 'e').rest.bytes.toString()).toContain('"head":2')
  expect(followMessage({ ...frame, head: 2 }, 'f').cursor).toBe('f:1')
  expect(followMessage({ ...frame, block: new LogBlock(1, frame.block.lines) }, 'e')).not.toBe(written)
})

test('an id that all frames of a follower would repeat has a bound', () => {
  const read = (id: string) =>
    readCalls({ data: Buffer.from(JSON.stringify([{ id, method: 'subscription.stop' }])), isBinary: false }, 1)
  expect(read('x'.repeat(256))).toMatchObject([{ id: 'x'.repeat(256) }])
  expect(read('x'.repeat(257))).toMatchObject({ openings: [NO_CALL] })
})
