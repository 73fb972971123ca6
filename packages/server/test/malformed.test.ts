import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Logger } from '../src/index.ts'
import { logs, range } from './support/logs.ts'
import { malformedBytes, malformedMessage, type Message } from './support/malformed.ts'
import { ask, connectClient, openTcp, startServer, type TestServer } from './support/server.ts'
import { follow } from './support/subscribe.ts'

const run = { execution_id: 'untouched' }
const TIMEOUT_MS = 120_000

/** A server with an execution that is followed; `expectUnharmed` shows that nothing happened to either. */
async function startFollowed(): Promise<{ server: TestServer; expectUnharmed: () => Promise<void> }> {
  const error = vi.fn<Logger['error']>()
  const server = await startServer({ logger: { info() {}, warn() {}, error } })
  const { api, sockets } = connectClient(server.trpcUrl)
  await api.executions.create.mutate({ id: run.execution_id, workflow_id: 'w' })
  await api.logs.append.mutate({ ...run, logs: logs('untouched', 1, 3) })
  const following = follow(api, run)
  return {
    server,
    async expectUnharmed() {
      await api.logs.append.mutate({ ...run, logs: logs('untouched', 4, 5) })
      const frames = await following.until((seen) => seen.at(-1)?.id.endsWith(':5') === true)
      expect(frames.flatMap(({ data }) => data.logs.map(({ id }) => id))).toStrictEqual(
        range(1, 5).map((n) => `untouched-${n}`),
      )
      expect(sockets).toHaveLength(1)
      expect((await api.executions.list.query({})).executions.map(({ id }) => id)).toStrictEqual(['untouched'])
      expect({}).not.toHaveProperty('polluted')
      expect(await ask(server, '/healthz')).toMatchObject({ status: 200 })
      expect(error.mock.calls).toStrictEqual([])
    },
  }
}

/** Sends a message and waits until the server is done with it: until it answers the call behind it, or has closed the socket. */
async function deliver(socket: WebSocket, message: Message, barrier: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const onMessage = (data: Buffer): void => {
    if (data.includes(barrier)) resolve()
  }
  socket.on('message', onMessage)
  const onClose = (): void => resolve()
  socket.on('close', onClose)
  socket.send(message)
  socket.send(
    JSON.stringify({
      id: barrier,
      method: 'query',
      params: { path: 'executions.get', input: { execution_id: barrier } },
    }),
  )
  await promise
  socket.off('message', onMessage)
  socket.off('close', onClose)
}

test(
  '700 malformed messages of many kinds leave the server serving and other sockets untouched',
  { timeout: TIMEOUT_MS },
  async () => {
    const { server, expectUnharmed } = await startFollowed()
    const sockets: WebSocket[] = []
    let count = 0
    await fc.assert(
      fc.asyncProperty(malformedMessage, fc.constantFrom('', '?connectionParams=1'), async (message, query) => {
        let socket = sockets.at(-1)
        if (socket?.readyState !== WebSocket.OPEN || query !== '' || count % 50 === 0) {
          socket = new WebSocket(server.trpcUrl + query)
          socket.on('error', () => undefined)
          sockets.push(socket)
          await once(socket, 'open')
        }
        count += 1
        await deliver(socket, message, `barrier-${count}`)
      }),
      { numRuns: 700, verbose: 1, endOnFailure: true },
    )
    expect(count).toBe(700)
    await expectUnharmed()
    for (const socket of sockets) socket.terminate()
  },
)

test('300 times bytes that are no frames end their own connection at most', { timeout: TIMEOUT_MS }, async () => {
  const { server, expectUnharmed } = await startFollowed()
  let count = 0
  const paths = fc.constantFrom('/trpc', '/ws/executions/untouched/logs')
  await fc.assert(
    fc.asyncProperty(malformedBytes, paths, async (bytes, path) => {
      const tcp = await openTcp(server)
      const closed = once(tcp, 'close')
      tcp.resume()
      tcp.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      )
      tcp.end(bytes)
      await closed
      count += 1
    }),
    { numRuns: 300, verbose: 1, endOnFailure: true },
  )
  expect(count).toBe(300)
  await expectUnharmed()
})
