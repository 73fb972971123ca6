import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { on } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { assemble } from '../src/assembly.ts'
import type { Authenticate, Authorize } from '../src/index.ts'
import { LocalBus } from '../src/bus/local.ts'
import type { Feed } from '../src/feed.ts'
import { resolveOptions } from '../src/options.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { created, logs } from './support/logs.ts'
import { listening } from './support/mounted.ts'
import { ObservedStore } from './support/observed-store.ts'
import { closing, connectClient, openSocket, startServer } from './support/server.ts'

const run = { execution_id: 'run-1' }
const FOLLOWERS = 50

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Follows an execution and the list on one socket, then vanishes or leaves. */
async function comeAndGo(url: string, leave: 'terminate' | 'close'): Promise<void> {
  const socket = await openSocket(url)
  const input = JSON.stringify(run)
  socket.send(`{"id":1,"method":"subscription","params":{"path":"logs.follow","input":${input}}}`)
  socket.send(`{"id":2,"method":"subscription","params":{"path":"logs.follow","input":${input}}}`)
  socket.send('{"id":3,"method":"subscription","params":{"path":"executions.watch","input":{}}}')
  const following = new Set<number>()
  for await (const [data] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result?: { type: string } }
    if (result?.type === 'data') following.add(id)
    if (following.size === 3) break
  }
  const closed = closing(socket)
  socket[leave]()
  await closed
}

test('nothing of a connection is left when it is gone', { timeout: 30_000 }, async () => {
  const { trpcUrl } = await startServer()
  const { api } = connectClient(trpcUrl)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })

  const serverEnds: WeakRef<Socket>[] = []
  const onSocket = (message: unknown): void => void serverEnds.push(new WeakRef((message as { socket: Socket }).socket))
  subscribe('net.server.socket', onSocket)
  onTestFinished(() => void unsubscribe('net.server.socket', onSocket))
  for (let count = 0; count < FOLLOWERS; count += 1) await comeAndGo(trpcUrl, count % 2 === 0 ? 'terminate' : 'close')

  // Whoever still listens to a hint, a signal or a timer for a connection keeps it alive.
  expect(serverEnds).toHaveLength(FOLLOWERS)
  const left = (): number => serverEnds.filter((end) => end.deref() !== undefined).length
  for (let round = 0; round < 100 && left() > 1; round += 1) {
    // What a WeakRef gave out stays until the turn is over.
    await new Promise(setImmediate)
    collectGarbage()
  }
  // The engine may hold on to the last one.
  expect(left()).toBeLessThanOrEqual(1)
})

describe('nothing is left of a follower whose socket vanishes', () => {
  const never = new Promise<never>(() => undefined)

  /** A server whose followers get as far as the part of it that does not answer. */
  async function stuckAt(part: 'authenticate' | 'authorize' | 'store' | 'nothing') {
    const made = new MemoryStore()
    await made.create(created('run-1'))
    await made.append([{ execution_id: 'run-1', logs: logs('run-1', 1, 3) }])
    const store = new ObservedStore(made)
    const reached = Promise.withResolvers<void>()
    const stuck = (): Promise<never> => (reached.resolve(), never)
    store.delay = part === 'store' ? stuck : () => Promise.resolve(reached.resolve())
    const authenticate: Authenticate = () => (part === 'authenticate' ? stuck() : undefined)
    const authorize: Authorize = () => (part === 'authorize' ? stuck() : true)
    const options = resolveOptions({ authenticate, authorize, closeTimeoutMs: 10 })
    const assembly = await assemble(options, () => Promise.resolve({ store, bus: new LocalBus() }))
    onTestFinished(() => assembly.stop(undefined))
    const http = createHttpServer(assembly.handleRequest)
    http.on('upgrade', (request, socket, head) => assembly.sockets.handleUpgrade(request, socket, head))
    const { wsUrl } = await listening(http)
    const { services, sockets } = assembly
    return { wsUrl, reached: reached.promise, sockets, feed: services.feed as Feed }
  }

  test.each(['authenticate', 'authorize', 'store', 'nothing'] as const)('while it waits for %s', async (part) => {
    const { wsUrl, reached, sockets, feed } = await stuckAt(part)
    const plainUrl = `${wsUrl}/ws/executions/run-1/logs`
    const both = [await openSocket(`${wsUrl}/trpc`), await openSocket(plainUrl)]
    const [socket] = both
    socket?.send(`{"id":1,"method":"subscription","params":{"path":"logs.follow","input":${JSON.stringify(run)}}}`)
    await reached
    expect(sockets.size).toBe(2)
    for (const one of both) one.terminate()
    await vi.waitFor(() =>
      expect({ sockets: sockets.size, followed: feed.size }).toStrictEqual({ sockets: 0, followed: 0 }),
    )
  })
})
