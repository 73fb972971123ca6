// Randomness enters, frames that no well-meaning client sends leave: broken JSON, broken JSON-RPC, hostile inputs, and bytes that are no frames at all.

import fc from 'fast-check'
import { log } from './logs.ts'

/** A message to send through a WebSocket. */
export type Message = string | Buffer

const EXECUTION = 'untouched'

const hostileKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toJSON',
  'then',
  'toString',
  'hasOwnProperty',
)
const id = fc.oneof(
  fc.nat(5),
  fc.string(),
  fc.constantFrom(null, true, -1, 1.5, 1e308, [], {}, [1], '__proto__', 'x'.repeat(10_000)),
)
const method = fc.oneof(
  fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop', 'reconnect', 'QUERY', '', '__proto__'),
  fc.jsonValue(),
)
const path = fc.oneof(
  fc.constantFrom('executions.get', 'executions.list', 'executions.watch', 'logs.append', 'logs.read', 'logs.follow'),
  fc.constantFrom(
    '',
    '.',
    'executions',
    'logs.',
    'logs.follow.',
    '__proto__',
    'constructor',
    'logs.__proto__',
    'toString',
  ),
  fc.string(),
  fc.jsonValue(),
)

/** JSON text with keys that JavaScript's own objects have, as an attacker would write it. */
const polluting = fc
  .tuple(hostileKey, fc.jsonValue(), hostileKey)
  .map(
    ([outer, value, inner]) =>
      `{"${outer}":{"${inner}":${JSON.stringify(value)},"polluted":true},"execution_id":"${EXECUTION}"}`,
  )

const wrongInput = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  polluting,
  fc.constantFrom(
    `{"execution_id":"${EXECUTION}","logs":[]}`,
    `{"execution_id":"${EXECUTION}","logs":{"length":1000000000}}`,
    `{"execution_id":"${EXECUTION}","after":"a:b:c"}`,
    `{"execution_id":"${EXECUTION}","after":1e300}`,
    `{"execution_id":"${EXECUTION}","after":-1}`,
    `{"execution_id":"${EXECUTION}","limit":1e9}`,
    `{"execution_id":"../${EXECUTION}"}`,
    `{"execution_id":"${EXECUTION}\\u0000"}`,
    `{"execution_id":{"toString":"x"}}`,
    // Logs of an execution that the call does not name.
    JSON.stringify({ execution_id: 'other', logs: [log(EXECUTION, 'smuggled')] }),
    JSON.stringify({ execution_id: EXECUTION, logs: [{ ...log(EXECUTION, 'x'), seq: 1 }] }),
    `{"execution_id":"${EXECUTION}","logs":[${JSON.stringify(log(EXECUTION, 'deep')).slice(0, -1)},"input_data":${'['.repeat(5000)}${']'.repeat(5000)}}]}`,
  ),
)

/** JSON-RPC with one or more things wrong. */
const rpc = fc
  .record({ id, method, path, wrongInput, lastEventId: fc.option(fc.jsonValue()), jsonrpc: fc.option(fc.jsonValue()) })
  .map(({ wrongInput: input, lastEventId, jsonrpc, ...call }) => {
    const extra = lastEventId === null ? '' : `,"lastEventId":${JSON.stringify(lastEventId)}`
    const version = jsonrpc === null ? '' : `"jsonrpc":${JSON.stringify(jsonrpc)},`
    const params = `{"path":${JSON.stringify(call.path)},"input":${input}${extra}}`
    return `{${version}"id":${JSON.stringify(call.id)},"method":${JSON.stringify(call.method)},"params":${params}}`
  })

/** The same id for several subscriptions, stopped twice. */
const repeated = fc.nat(3).map((same) => {
  const begin = `{"id":${same},"method":"subscription","params":{"path":"logs.follow","input":{"execution_id":"${EXECUTION}"}}}`
  const end = `{"id":${same},"method":"subscription.stop"}`
  return `[${begin},${begin},${end},${begin},${end},${end}]`
})

const broken = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    'null',
    '0',
    '""',
    '[]',
    '{}',
    '[[]]',
    '[null,1,"x",{}]',
    '{"id":1',
    'PING ',
    'PONG',
    'ping',
    '\u0000',
    'NaN',
  ),
  fc.integer({ min: 1, max: 100_000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 50_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc
    .integer({ min: 1, max: 100_000 })
    .map(
      (depth) =>
        `{"id":1,"method":"query","params":{"path":"logs.read","input":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
    ),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.tuple(rpc, fc.nat()).map(([text, at]) => text.slice(0, at % text.length)),
  fc.array(rpc, { minLength: 2, maxLength: 20 }).map((calls) => `[${calls.join(',')}]`),
)

/** Messages of every kind. */
export const malformedMessage: fc.Arbitrary<Message> = fc.oneof(
  { weight: 4, arbitrary: rpc },
  { weight: 1, arbitrary: repeated },
  { weight: 3, arbitrary: broken },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)) },
)

/** A WebSocket frame, masked with zeros as a client must and may. */
function frame(head: number, payload: Uint8Array, { masked = true, length = payload.length } = {}): Buffer {
  const mask = masked ? 0x80 : 0
  const size =
    length < 126
      ? Buffer.from([mask | length])
      : length < 65_536
        ? Buffer.from([mask | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([mask | 127]), bigEndian(length)])
  return Buffer.concat([Buffer.from([head]), size, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload])
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

const payload = fc.uint8Array({ maxLength: 200 })
const FIN = 0x80
const TEXT = 0x1
const CONTINUATION = 0x0

/** Bytes after the handshake that break the WebSocket protocol, or try to. */
export const malformedBytes: fc.Arbitrary<Buffer> = fc.oneof(
  payload.map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.nat(255), payload).map(([head, bytes]) => frame(head, bytes)),
  // Reserved bits, unmasked frames, lengths that lie.
  payload.map((bytes) => frame(FIN | 0x70 | TEXT, bytes)),
  payload.map((bytes) => frame(FIN | TEXT, bytes, { masked: false })),
  fc
    .tuple(payload, fc.constantFrom(300, 70_000, 1_048_577, 2 ** 40, 2 ** 53 - 1))
    .map(([bytes, length]) => frame(FIN | TEXT, bytes, { length })),
  // Text that is not UTF-8.
  fc
    .constantFrom([0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80])
    .map((bytes) => frame(FIN | TEXT, Uint8Array.from(bytes))),
  // Fragments: never finished, without a beginning, begun twice, far too many.
  payload.map((bytes) => frame(TEXT, bytes)),
  payload.map((bytes) => frame(FIN | CONTINUATION, bytes)),
  payload.map((bytes) => Buffer.concat([frame(TEXT, bytes), frame(TEXT, bytes)])),
  fc
    .integer({ min: 100, max: 20_000 })
    .map((count) =>
      Buffer.concat([
        frame(TEXT, Buffer.from('[')),
        ...Array.from({ length: count }, () => frame(CONTINUATION, Buffer.from('['))),
      ]),
    ),
  // Control frames: too long, fragmented, closes with wrong codes or reasons, floods of pings.
  fc.constantFrom(0x8, 0x9, 0xa).map((opcode) => frame(FIN | opcode, new Uint8Array(200))),
  fc.constantFrom(0x8, 0x9, 0xa).map((opcode) => frame(opcode, new Uint8Array(5))),
  fc
    .tuple(fc.nat(65_535), payload)
    .map(([code, reason]) => frame(FIN | 0x8, Uint8Array.from([code >> 8, code & 255, ...reason.subarray(0, 120)]))),
  fc.constant(frame(FIN | 0x8, Uint8Array.from([3]))),
  fc
    .integer({ min: 10, max: 2000 })
    .map((count) => Buffer.concat(Array.from({ length: count }, () => frame(FIN | 0x9, Buffer.from('?'))))),
)
