// Stored logs enter, Socket.IO events leave, one log each, to the room of the execution; WebSocket only, so that polling does not slow it.

import type { Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import type { Broadcast } from './broadcast.ts'

/** Socket.IO with the in-memory adapter. */
export function socketIo(http: HttpServer): Broadcast {
  const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false })
  io.on('connection', (socket) => {
    socket.on('follow', async (executionId: string) => {
      await socket.join(executionId)
      socket.emit('joined')
    })
  })
  return (executionId, { logs }) => {
    const room = io.to(executionId)
    for (const log of logs()) room.emit('log', log)
  }
}
