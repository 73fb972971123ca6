// The one connection against servers that are absent, silent, hostile or gone: it comes back by itself, soon, and never hammers.

import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import { createClient } from '../src/index.ts'
import type { WebSocketConstructor } from '../src/types.ts'
import { connectClient, until } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startBareServer, startServer, trpcUrl } from './support/server.ts'

const MAKES: [string, WebSocketConstructor][] = [
  ['the global WebSocket', globalThis.WebSocket],
  ['the ws package', WsWebSocket],
]

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  listener.close()
  await once(listener, 'close')
  return port
}

describe('options', () => {
  test.each(['http://localhost:3000/trpc', '', 'localhost:3000', undefined])('the address %s is refused', (url) => {
    expect(() => createClient({ url: url as string })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })

  test('what is to become of abandoned executions, which is not guessed', () => {
    const outbox = { folder: 'not-made', abandoned: 'close' as 'cancel' }
    expect(() => connectClient('ws://127.0.0.1:1/trpc', { outbox })).toThrow(
      expect.objectContaining({ code: 'invalid_option', data: { option: 'outbox.abandoned' } }),
    )
  })

  test('without any WebSocket there is a remedy', () => {
    const { WebSocket } = globalThis
    onTestFinished(() => void (globalThis.WebSocket = WebSocket))
    Reflect.deleteProperty(globalThis, 'WebSocket')
    expect(() => createClient({ url: 'ws://localhost/trpc' })).toThrow(/pass the class of the ws package/)
  })
})

test('connects at the first need, with one socket for everything', async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  const { client } = connectClient(trpcUrl(proxy.port))
  expect(client.connection.status).toBe('disconnected')
  await pause(50)
  expect(proxy.accepted).toBe(0)
  await Promise.all([client.executions.list(), client.executions.list(), client.executions.list()])
  expect(client.connection.status).toBe('connected')
  expect(proxy.accepted).toBe(1)
})

test('a server that accepts and closes is asked a few times, not hundreds', async () => {
  const counts = await Promise.all(
    MAKES.map(async ([, WebSocket]) => {
      const { bare, url } = await startBareServer()
      let connections = 0
      bare.on('connection', (socket) => {
        connections += 1
        socket.close(1013)
      })
      connectClient(url, { WebSocket }).client.reconnect()
      await pause(2000)
      return connections
    }),
  )
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...counts)).toBeLessThanOrEqual(4)
})

describe.each(MAKES)('with %s', (_name, WebSocket) => {
  test('an attempt that nobody answers counts as failed', async () => {
    const { port } = await startServer()
    const proxy = await startProxy(port)
    proxy.freeze()
    const { client } = connectClient(trpcUrl(proxy.port), { WebSocket, connectTimeoutMs: 100 })
    client.reconnect()
    const { error } = await until(client.connection, ({ attempt }) => attempt === 1)
    expect(error?.message).toMatch(/nobody answered within 100 ms/)
    proxy.resume()
    await until(client.connection, ({ status }) => status === 'connected')
  })

  test('a refused token shows as an error, and is asked for anew', async () => {
    const { bare, url } = await startBareServer()
    bare.on('connection', (socket) => socket.on('message', () => socket.close(4401, 'expired')))
    let asked = 0
    const { client } = connectClient(url, { WebSocket, token: () => `token ${(asked += 1)}` })
    client.reconnect()
    const { error, retryAtMs = 0 } = await until(client.connection, ({ status }) => status === 'error')
    expect(error).toMatchObject({ code: 'unauthorized', message: expect.stringContaining('expired') as unknown })
    // Slowly, since it was refused from the beginning.
    expect(retryAtMs - Date.now()).toBeGreaterThan(10_000)
    expect(asked).toBe(1)
    client.reconnect()
    await until(client.connection, ({ attempt }) => attempt === 2)
    expect(asked).toBe(2)
  })
})

test('an unreachable server: first connecting, then error with the reason and the next attempt', async () => {
  const { client } = connectClient(trpcUrl(await deadPort()))
  client.reconnect()
  expect(client.connection.status).toBe('connecting')
  const snapshot = await until(client.connection, ({ status }) => status === 'error')
  expect(snapshot.attempt).toBe(3)
  expect(snapshot.error?.code).toBe('disconnected')
  expect(snapshot.error?.message).toMatch(/^Cannot connect to ws:/)
  expect(snapshot.retryAtMs).toBeGreaterThan(Date.now() - 1000)
})

test('calls fail soon while the server cannot be reached, with the reason', async () => {
  const { client } = connectClient(trpcUrl(await deadPort()))
  await expect(client.executions.list()).rejects.toMatchObject({ code: 'disconnected', retryable: true })
})

test('reconnect() cuts a long wait short', async () => {
  const port = await deadPort()
  const { client } = connectClient(trpcUrl(port))
  client.reconnect()
  // Attempts 6 and later wait for seconds on average.
  await until(client.connection, ({ attempt, retryAtMs = 0 }) => attempt >= 5 && retryAtMs - Date.now() > 1500)
  await startServer({ port })
  const beforeMs = Date.now()
  client.reconnect()
  await until(client.connection, ({ status }) => status === 'connected')
  expect(Date.now() - beforeMs).toBeLessThan(1000)
}, 60_000)

test('reconnect() replaces a connection, and what was asked is asked again', async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  const { client } = connectClient(trpcUrl(proxy.port))
  await client.executions.list()
  proxy.freeze()
  const answer = client.executions.list()
  proxy.resume()
  client.reconnect()
  expect(await answer).toEqual([])
  expect(proxy.accepted).toBe(2)
})

test('the token goes to the server, and a wrong one is an error of the call and of the connection', async () => {
  const { url } = await startServer({
    authenticate: ({ token }) => {
      if (token !== 'right') throw new Error('wrong token')
      return 'ada'
    },
  })
  const right = connectClient(url, { token: () => Promise.resolve('right') })
  expect(await right.client.executions.list()).toEqual([])
  const wrong = connectClient(url, { token: 'wrong' })
  await expect(wrong.client.executions.list()).rejects.toMatchObject({ code: 'unauthorized' })
  expect((await until(wrong.client.connection, ({ status }) => status === 'error')).error?.code).toBe('unauthorized')
})

test('a token function that fails is a failed attempt, and the next one asks again', async () => {
  const { url } = await startServer()
  let asked = 0
  const { client } = connectClient(url, {
    token: () => {
      asked += 1
      if (asked === 1) throw new Error('vault is sealed')
      return 'token'
    },
  })
  expect(await client.executions.list()).toEqual([])
  expect(asked).toBe(2)
})

test('what does not speak our language is not taken for a server', async () => {
  const { bare, url } = await startBareServer()
  bare.on('connection', (socket) => socket.send('<html>'))
  const { client } = connectClient(url)
  client.reconnect()
  const { error } = await until(client.connection, ({ attempt }) => attempt > 0)
  expect(error?.message).toMatch(/not JSON/)
})
