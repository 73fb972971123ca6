// A server's URL enters, a function that calls its procedures leaves: over a socket of its own, one call after another, without a client whose work would be measured.

import { once } from 'node:events'
import { WebSocket } from 'ws'

/** Resolves when the call is answered. */
export type TrpcCall = (method: 'query' | 'mutation', path: string, input: unknown) => Promise<void>

/** Connects. */
export async function connectCalls(url: string): Promise<TrpcCall> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  let answered = Promise.withResolvers<void>()
  socket.on('message', (bytes: Buffer) => {
    const text = bytes.toString()
    if (text.startsWith('{"id":1,"error"')) answered.reject(new Error(text))
    else answered.resolve()
  })
  await once(socket, 'open')
  return (method, path, input) => {
    answered = Promise.withResolvers<void>()
    socket.send(JSON.stringify({ id: 1, method, params: { path, input } }))
    return answered.promise
  }
}
