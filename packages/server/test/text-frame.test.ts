import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { flowSocketClass, type FlowSocket } from '../src/flow-socket.ts'
import { DEFAULTS } from '../src/options.ts'
import { SharedFrames, textFrame } from '../src/text-frame.ts'

test('a frame that many ask for is one buffer for those whose texts begin alike, the same bytes as its parts', () => {
  const frames = new SharedFrames()
  const tail = Buffer.alloc(70_000, 'x')
  const parts = (opening: string): Buffer => Buffer.concat([textFrame(opening, tail.length), tail])
  // One alone, or the first of many: not worth a copy.
  expect(frames.frame('a', tail)).toBeUndefined()
  const whole = frames.frame('a', tail)
  expect(whole?.equals(parts('a'))).toBe(true)
  expect(frames.frame('b', tail)).toBeUndefined()
  expect(frames.frame('a', tail)).toBe(whole)
  const next = Buffer.from('next')
  expect(frames.frame('a', next)).toBeUndefined()
  expect(frames.frame('a', next)?.toString()).toContain('anext')
  // Only the latest is held.
  expect(frames.frame('a', tail)).toBeUndefined()
})

test('a message in two parts arrives as one, whatever its length, between others in order', async () => {
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
  const lengths = [0, 1, 122, 123, 124, 125, 126, 65_532, 65_533, 65_534, 65_535, 65_536, 200_000]
  const sent = lengths.flatMap((length) => {
    server.sendShared('ü', Buffer.alloc(length, 'x'))
    server.send(`after ${length}`)
    return [`ü${'x'.repeat(length)}`, `after ${length}`]
  })
  while (received.length < sent.length) await once(client, 'message')
  expect(received.map((text) => text.length)).toStrictEqual(sent.map((text) => text.length))
  expect(received).toStrictEqual(sent)
  server.close()
  server.sendShared('x', Buffer.from('never'))
  await once(client, 'close')
  expect(received).toHaveLength(sent.length)
})
