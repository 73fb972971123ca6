// Stored texts enter, server-sent events on `node:http` leave, one log each with its seq as the id to resume from.

import type { Server, ServerResponse } from 'node:http'
import type { Broadcast } from './broadcast.ts'

/** An event stream at `/ID`. */
export function sse(http: Server): Broadcast {
  const followers = new Map<string, Set<ServerResponse>>()
  http.on('request', (request, response) => {
    const executionId = request.url?.slice(1) ?? ''
    const those = followers.get(executionId) ?? new Set()
    followers.set(executionId, those.add(response))
    response.on('close', () => those.delete(response))
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(': joined\n\n')
  })
  return (executionId, { texts, from }) => {
    const those = followers.get(executionId) ?? []
    texts.forEach((text, index) => {
      const event = Buffer.from(`id: ${from + index}\ndata: ${text}\n\n`)
      for (const response of those) response.write(event)
    })
  }
}
