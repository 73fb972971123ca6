// Half-open connections: silence of a server that is gone is noticed within 10 s, silence of one that is there is nothing.

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import type { WebSocketConstructor } from '../src/types.ts'
import { connectClient, until } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'

const MAKES: readonly WebSocketConstructor[] = [globalThis.WebSocket, WsWebSocket]

test('whatever makes the WebSocket', { timeout: 20_000 }, async () => {
  const { port } = await startServer()
  const pairs = await Promise.all(
    MAKES.flatMap((WebSocket) =>
      ['frozen', 'quiet'].map(async (kind) => {
        const proxy = await startProxy(port)
        const { client } = connectClient(trpcUrl(proxy.port), { WebSocket })
        await client.executions.list()
        return { kind, proxy, client }
      }),
    ),
  )
  const frozen = pairs.filter(({ kind }) => kind === 'frozen')
  const quiet = pairs.filter(({ kind }) => kind === 'quiet')
  const frozenMs = Date.now()
  for (const { proxy } of frozen) proxy.freeze()

  await Promise.all(
    frozen.map(async ({ client }) => {
      const { error } = await until(client.connection, ({ status }) => status !== 'connected')
      expect(Date.now() - frozenMs).toBeLessThan(10_000)
      expect(error?.message).toMatch(/silent/)
    }),
  )
  // Two rounds of pings.
  await pause(Math.max(0, frozenMs + 9000 - Date.now()))
  for (const { client, proxy } of quiet) {
    expect(client.connection.status).toBe('connected')
    expect(proxy.accepted).toBe(1)
  }

  for (const { proxy } of frozen) proxy.resume()
  await Promise.all(frozen.map(({ client }) => until(client.connection, ({ status }) => status === 'connected')))
})
