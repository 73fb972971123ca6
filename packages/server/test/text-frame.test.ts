import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { flowSocketClass, type FlowSocket } from '../src/flow-socket.ts'
import { DEFAULTS } from '../src/options.ts'
import { ROOM_BEFORE, textFrame } from '../src/text-frame.ts'
import { shared } from './support/shared-text.ts'

test('messages that begin alike are one buffer, the same bytes as their parts; another beginning leaves it as it is', () => {
  const rest = shared('x'.repeat(70_000))
  const parts = (opening: string): Buffer => Buffer.concat([textFrame(opening, rest.bytes.length), rest.bytes])
  const whole = rest.frame('a')
  expect(whole?.equals(parts('a'))).toBe(true)
  expect(rest.frame('b')).toBeUndefined()
  expect(rest.frame('a')).toBe(whole)
  expect(whole?.equals(parts('a'))).toBe(true)
})

test('a beginning that is too long for the room before the text is sent by itself', () => {
  const fits = 'x'.repeat(ROOM_BEFORE - 4)
  expect(shared('.'.repeat(500)).frame(fits)?.length).toBe(ROOM_BEFORE + 500)
  const rest = shared('.'.repeat(500))
  expect(rest.frame(`${fits}x`)).toBeUndefined()
  expect(rest.frame(`${fits}x`)).toBeUndefined()
})

test('a shared message arrives as one, in one part or in two, whatever its length, between others in order', async () => {
  const http = createServer()
  const sockets = new WebSocketServer({ noServer: true, WebSocket: flowSocketClass(DEFAULTS.flow) })
  const accepted = Promise.withResolvers<FlowSocket>()
  http.on('upgrade', (request, tcp, head) => {
    sockets.handleUpgrade(request, tcp, head, (socket) => {
      socket.tcp = request.socket
      accepted.resolve(socket)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
    http.close()
  })
  const received: string[] = []
  client.on('message', (data: Buffer, isBinary) => received.push(isBinary ? 'binary' : data.toString()))
  const server = await accepted.promise
  // Each side of every border of the header's forms; two bytes for the letter.
  const lengths = [0, 1, 122, 123, 124, 125, 126, 65_532, 65_533, 65_534, 65_535, 65_536, 200_000].flatMap((length) => [
    length,
    length,
  ])
  const sent = lengths.flatMap((length, index) => {
    // Every other one in two parts.
    const rest = shared('x'.repeat(length))
    if (index % 2 === 0) rest.frame('taken')
    server.sendShared('ü', rest)
    server.send(`after ${length}`)
    return [`ü${'x'.repeat(length)}`, `after ${length}`]
  })
  while (received.length < sent.length) await once(client, 'message')
  expect(received.map((text) => text.length)).toStrictEqual(sent.map((text) => text.length))
  expect(received).toStrictEqual(sent)
  server.close()
  server.sendShared('x', shared('never'))
  await once(client, 'close')
  expect(received).toHaveLength(sent.length)
})
