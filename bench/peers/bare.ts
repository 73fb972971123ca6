// Stored texts enter, WebSocket frames leave, by `ws` and nothing else: a burst as one frame, made once for all, or each log as one.

import type { Server } from 'node:http'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Broadcast } from './broadcast.ts'

/** Each burst is one frame: the limit to approach. */
export function bare(http: Server): Broadcast {
  const followers = follow(http)
  return (executionId, { texts }) => {
    const frame = Buffer.from(`[${texts.join(',')}]`)
    for (const socket of followers.get(executionId) ?? []) socket.send(frame, { binary: false })
  }
}

/** Each log is one frame. */
export function bareOneByOne(http: Server): Broadcast {
  const followers = follow(http)
  return (executionId, { texts }) => {
    for (const text of texts) {
      const frame = Buffer.from(text)
      for (const socket of followers.get(executionId) ?? []) socket.send(frame, { binary: false })
    }
  }
}

/** Whoever connects to `/ID` follows that execution. */
function follow(http: Server): ReadonlyMap<string, ReadonlySet<WebSocket>> {
  const followers = new Map<string, Set<WebSocket>>()
  new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false }).on(
    'connection',
    (socket, request) => {
      const executionId = request.url?.slice(1) ?? ''
      const those = followers.get(executionId) ?? new Set()
      followers.set(executionId, those.add(socket))
      socket.on('close', () => those.delete(socket))
      socket.on('error', () => socket.terminate())
      socket.send('joined')
    },
  )
  return followers
}
