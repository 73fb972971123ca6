// Logs enter by one bare WebSocket, each is committed by `node:sqlite` with FULL, and leaves by another: the least that a durable live log can take.

import type { NewExecutionLog } from '@runtail/core'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { WebSocketServer, type WebSocket } from 'ws'
import { BareStore } from '../src/bare-store.ts'
import { answerParent } from '../src/program.ts'

const store = new BareStore(join(process.argv[2] ?? '', 'bare.db'))
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
const followers = new Set<WebSocket>()

server.on('connection', (socket, request) => {
  if (request.url === '/follow') followers.add(socket)
  socket.on('message', (bytes: Buffer) => {
    const log = JSON.parse(bytes.toString()) as NewExecutionLog
    for (const text of store.append(log.execution_id, [log])) {
      for (const follower of followers) follower.send(text)
    }
  })
})

answerParent({
  async listen() {
    if (!server.address()) await once(server, 'listening')
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  },
})
