// How messages leave a socket: in the order in which they were sent, those of one turn in one piece, and all of them before the close.

import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { flowSocketClass, type FlowSocket } from '../src/flow-socket.ts'
import { DEFAULTS, type FlowMarks } from '../src/index.ts'
import { shared } from './support/shared-text.ts'

const next = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Both ends of a socket, what the client has received, and how often the operating system was asked to send. */
async function open(marks: Partial<FlowMarks> = {}) {
  const wss = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    WebSocket: flowSocketClass({ ...DEFAULTS.flow, ...marks }),
  })
  await once(wss, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`)
  const [socket, { socket: tcp }] = (await once(wss, 'connection')) as [FlowSocket, { socket: Socket }]
  socket.tcp = tcp
  await once(client, 'open')
  const received: string[] = []
  client.on('message', (data: Buffer) => received.push(data.toString()))
  const closed = once(client, 'close')
  onTestFinished(() => {
    client.terminate()
    wss.close()
  })
  let writes = 0
  for (const name of ['_write', '_writev'] as const) {
    const write = tcp[name]?.bind(tcp) as (...given: unknown[]) => void
    Object.assign(tcp, { [name]: (...given: unknown[]) => ((writes += 1), write(...given)) })
  }
  return { socket, received, closed, writes: () => writes }
}

test('texts of one turn go out in one piece, in their order', async () => {
  const { socket, received, closed, writes } = await open()
  const texts = ['a', 'ä'.repeat(200), '', 'b'.repeat(5000)]
  for (const text of texts) socket.sendText(text)
  expect(writes()).toBe(0)
  await next()
  expect(writes()).toBe(1)
  socket.close()
  await closed
  expect(received).toStrictEqual(texts)
})

test('a frame that is shared, and what `ws` sends, stand behind what was sent before', async () => {
  const { socket, received, closed, writes } = await open()
  socket.sendText('first')
  socket.sendShared('{"second":', shared('2}'))
  expect(writes()).toBe(1)
  socket.sendText('third')
  socket.send('fourth')
  socket.sendText('fifth')
  socket.close()
  await closed
  expect(received).toStrictEqual(['first', '{"second":2}', 'third', 'fourth', 'fifth'])
})

test('a long text does not wait for the end of the turn', async () => {
  const { socket, received, closed, writes } = await open()
  socket.sendText('x'.repeat(100_000))
  expect(writes()).toBe(1)
  await next()
  expect(writes()).toBe(1)
  socket.close()
  await closed
  expect(received.map(({ length }) => length)).toStrictEqual([100_000])
})

test('after the close nothing is sent, and nothing breaks', async () => {
  const { socket, received, closed } = await open()
  socket.sendText('before')
  socket.close()
  socket.sendText('after')
  socket.sendShared('after', shared(''))
  await closed
  socket.sendText('long after')
  await next()
  expect(received).toStrictEqual(['before'])
})

test('a socket that is gone at the end of the turn takes its texts along', async () => {
  const { socket, received, closed } = await open()
  socket.sendText('lost')
  socket.terminate()
  await closed
  await next()
  expect(received).toStrictEqual([])
})

test('whoever waits behind a frame that fills the socket by itself is let through when it is gone', async () => {
  const { socket } = await open({ highBytes: 65_536, lowBytes: 65_536 })
  // An operating system that takes its time.
  const taken: (() => void)[] = []
  Object.assign(socket.tcp ?? {}, {
    _write: (_chunk: unknown, _encoding: string, callback: () => void) => taken.push(callback),
    _writev: (_chunks: unknown, callback: () => void) => taken.push(callback),
  })
  for (const opening of ['{"id":1,', `{"id":"${'ü'.repeat(100)}",`]) {
    socket.sendShared(opening, shared('x'.repeat(65_536 - Buffer.byteLength(opening))))
    expect(socket.hasRoom).toBe(false)
    const ready = socket.ready()
    taken.pop()?.()
    await ready
    await next()
    expect(socket.hasRoom).toBe(true)
  }
})
