import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { log, range } from './support/logs.ts'
import { acceptedSockets, mostUnsent } from './support/server-sockets.ts'
import { closing, connectClient, openSocket, startServer, type TestClient, type TestServer } from './support/server.ts'
import { follow } from './support/subscribe.ts'
import { temporaryFolder } from './support/folder.ts'

type Endpoint = 'trpc' | 'plain'

const path = temporaryFolder()
const run = { execution_id: 'run-1' }
const MEGABYTE = 1024 * 1024
const TIMEOUT_MS = 60_000

/** More than the operating system buffers for a connection on this machine. */
const LOGS = 4000
const MESSAGE = 'm'.repeat(8000)

async function append(api: TestClient['api'], from: number, to: number): Promise<void> {
  for (let first = from; first <= to; first += 100) {
    const seqs = range(first, Math.min(first + 99, to))
    await api.logs.append.mutate({ ...run, logs: seqs.map((seq) => log('run-1', `log-${seq}`, { message: MESSAGE })) })
  }
}

async function withExecution(server: TestServer): Promise<TestClient> {
  const client = connectClient(server.trpcUrl)
  await client.api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  return client
}

/** A follower that reads its first message and then nothing more. */
async function pausedFollower(
  server: TestServer,
  endpoint: Endpoint = 'trpc',
): Promise<{ socket: WebSocket; seqs: number[] }> {
  const plainUrl = `${server.url.replace('http', 'ws')}/ws/executions/run-1/logs`
  const socket = await openSocket(endpoint === 'trpc' ? server.trpcUrl : plainUrl)
  const seqs: number[] = []
  socket.on('message', (data: Buffer) => {
    for (const [, seq] of data.toString().matchAll(/"seq":(\d+)/g)) seqs.push(Number(seq))
  })
  if (endpoint === 'trpc') {
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.follow', input: run } }))
    await once(socket, 'message')
  }
  socket.pause()
  return { socket, seqs }
}

describe('a follower that does not read', () => {
  test.each<Endpoint>(['trpc', 'plain'])(
    'costs the server a bounded number of bytes, delays nobody, and misses nothing: %s',
    { timeout: TIMEOUT_MS },
    async (endpoint) => {
      const accepted = acceptedSockets()
      const server = await startServer({ store: 'sqlite', dataDir: path(`bounded-${endpoint}`) })
      const { api } = await withExecution(server)
      const before = accepted.length
      const slow = await pausedFollower(server, endpoint)
      const serverEnd = accepted[before]
      if (!serverEnd) throw new Error('the connection was not seen')
      const unsent = mostUnsent(serverEnd)

      const healthy = follow(connectClient(server.trpcUrl).api, run)
      await append(api, 1, LOGS)
      const frames = await healthy.until((seen) => seen.at(-1)?.id.endsWith(`:${LOGS}`) === true)
      expect(frames.flatMap(({ data }) => data.logs.map(({ seq }) => seq))).toStrictEqual(range(1, LOGS))

      // The socket was full, and yet little lies unsent; 32 MB were appended.
      expect(serverEnd.writableLength).toBeGreaterThan(0)
      expect(unsent.bytes).toBeLessThan(MEGABYTE)

      slow.socket.resume()
      while (slow.seqs.at(-1) !== LOGS) await once(slow.socket, 'message')
      expect(slow.seqs).toStrictEqual(range(1, LOGS))
      expect(unsent.bytes).toBeLessThan(MEGABYTE)
    },
  )

  test('gets nothing more where it leaves, and needs no room for that', { timeout: TIMEOUT_MS }, async () => {
    const accepted = acceptedSockets()
    const server = await startServer({ store: 'sqlite', dataDir: path('leaves') })
    const { api } = await withExecution(server)
    const before = accepted.length
    const socket = await openSocket(server.trpcUrl)
    const serverEnd = accepted[before]
    if (!serverEnd) throw new Error('the connection was not seen')
    const unsent = mostUnsent(serverEnd)
    const ids = range(1, 60)
    const stopped = new Set<number>()
    const started = Promise.withResolvers<void>()
    let first = 0
    socket.on('message', (data: Buffer) => {
      const { id, result } = JSON.parse(data.toString()) as { id: number; result: { type: string } }
      if (result.type === 'stopped') stopped.add(id)
      if (result.type === 'data') first += 1
      if (first === ids.length) started.resolve()
    })
    for (const id of ids) {
      socket.send(JSON.stringify({ id, method: 'subscription', params: { path: 'logs.follow', input: run } }))
    }
    await started.promise
    socket.pause()
    await append(api, 1, 1000)
    expect(serverEnd.writableLength).toBeGreaterThan(0)
    for (const id of ids) socket.send(JSON.stringify({ id, method: 'subscription.stop' }))
    socket.resume()
    while (stopped.size < ids.length) await once(socket, 'message')
    expect(unsent.bytes).toBeLessThan(MEGABYTE)
  })

  test('is closed as too slow, and can resume', { timeout: TIMEOUT_MS }, async () => {
    const given = Promise.withResolvers<string>()
    const server = await startServer({
      store: 'sqlite',
      dataDir: path('slow'),
      keepAlive: { pingAfterMs: 100, pongWithinMs: 5000, stallMs: 600 },
      logger: { info: given.resolve, warn() {}, error() {} },
    })
    const { api } = await withExecution(server)
    const slow = await pausedFollower(server)
    await append(api, 1, LOGS)
    expect(await given.promise).toContain('4008')
    // The close lies behind what is unsent, and comes as soon as the peer reads again.
    const closed = closing(slow.socket)
    slow.socket.resume()
    expect(await closed).toStrictEqual({ code: 4008, reason: 'Nothing was read for too long' })
    const last = slow.seqs.at(-1) ?? 0
    expect(slow.seqs).toStrictEqual(range(1, last))
    expect(last).toBeLessThan(LOGS)
    const resumed = follow(api, { ...run, after: last })
    const frames = await resumed.until((seen) => seen.at(-1)?.id.endsWith(`:${LOGS}`) === true)
    expect(frames[0]?.data.from).toBe(last + 1)
  })

  test('is ended where it does not even take the close', { timeout: TIMEOUT_MS }, async () => {
    const accepted = acceptedSockets()
    const server = await startServer({
      store: 'sqlite',
      dataDir: path('ended'),
      keepAlive: { pingAfterMs: 100, pongWithinMs: 100, stallMs: 300 },
    })
    const { api } = await withExecution(server)
    const before = accepted.length
    await pausedFollower(server)
    const serverEnd = accepted[before]
    if (!serverEnd) throw new Error('the connection was not seen')
    const ended = once(serverEnd, 'close')
    await append(api, 1, LOGS)
    await ended
    expect(await api.executions.get.query(run)).toMatchObject({ head_seq: LOGS })
  })
})

test('a client that asks without reading the answers is ended', { timeout: TIMEOUT_MS }, async () => {
  const accepted = acceptedSockets()
  const server = await startServer({ flow: { maxBytes: MEGABYTE } })
  const socket = await openSocket(server.trpcUrl)
  const [serverEnd] = accepted
  if (!serverEnd) throw new Error('the connection was not seen')
  const unsent = mostUnsent(serverEnd)
  const ended = once(serverEnd, 'close')
  socket.pause()
  // Each is answered with a few hundred bytes.
  const flood = setInterval(() => {
    for (let count = 0; count < 500; count += 1) socket.send('{')
  })
  await ended
  clearInterval(flood)
  expect(unsent.bytes).toBeLessThan(2 * MEGABYTE)
})
