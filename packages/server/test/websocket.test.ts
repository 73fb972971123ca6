import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FollowFrame } from '@runtail/core'
import { WebSocket } from 'ws'
import { createServer, DEFAULTS, type Authorize } from '../src/index.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { created, logs, range } from './support/logs.ts'
import { acceptedSockets } from './support/server-sockets.ts'
import {
  closing,
  connectClient,
  httpClient,
  openSocket,
  openTcp,
  refusedUpgrade,
  startServer,
} from './support/server.ts'
import { GatedStore } from './support/slow-store.ts'
import { follow, watch, type Tracked } from './support/subscribe.ts'

const run = { execution_id: 'run-1' }

interface Reply {
  readonly id: unknown
  readonly result?: { readonly type?: string; readonly id?: string; readonly data: Tracked<FollowFrame> }
  readonly error?: { readonly message: string; readonly data: { readonly runtail: { readonly code: string } } }
}

/** The next messages of a socket, parsed. */
async function* replies(socket: WebSocket): AsyncGenerator<Reply, never> {
  const messages = on(socket)
  for (;;) yield JSON.parse(await messages()) as Reply
}

function on(socket: WebSocket): () => Promise<string> {
  const texts: string[] = []
  let wake = (): void => {}
  socket.on('message', (data: Buffer) => {
    texts.push(data.toString())
    wake()
  })
  return async () => {
    while (texts.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return texts.shift() ?? ''
  }
}

async function next(stream: AsyncGenerator<Reply, never>): Promise<Reply> {
  return (await stream.next()).value
}

describe('upgrades', () => {
  test.each([
    ['/', 404, 'not_found'],
    ['/trpcx', 404, 'not_found'],
    ['/trpc/logs.follow', 404, 'not_found'],
    ['/ws', 404, 'not_found'],
    ['/ws/executions/run-1', 404, 'not_found'],
    ['/ws/executions/run-1/logs/more', 404, 'not_found'],
    ['/ws/executions/run%2F1/logs', 400, 'invalid_input'],
    ['/ws/executions/run-1/logs?after=x', 400, 'invalid_input'],
    ['/ws/executions/run-1/logs?after=-1', 400, 'invalid_input'],
  ])('to %s are refused with %i, and do not stay open unserved', async (path, status, code) => {
    const { url } = await startServer()
    const response = await refusedUpgrade(url.replace('http', 'ws') + path)
    expect(response.statusCode).toBe(status)
    expect(response.headers['content-type']).toBe('application/json')
    expect(code).toBeTypeOf('string')
  })

  test('from foreign pages are refused', async () => {
    const { trpcUrl, url, port } = await startServer()
    const plainUrl = `${url.replace('http', 'ws')}/ws/executions/run-1/logs`
    const foreign = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { Host: 'evil.example' }]
    for (const headers of foreign) {
      for (const target of [trpcUrl, plainUrl]) {
        expect((await refusedUpgrade(target, headers as unknown as Record<string, string>)).statusCode).toBe(403)
      }
    }
    await openSocket(trpcUrl, { Origin: url })
    await openSocket(trpcUrl, { Origin: `http://localhost:${port}`, Host: `localhost:${port}` })
  })

  test('with a Host header that is none are refused where names are not checked', async () => {
    const server = createServer({ store: 'memory', host: '0.0.0.0', insecure: true })
    const host = createHttpServer()
    host.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head))
    onTestFinished(async () => {
      await server.close()
      host.close()
    })
    host.listen(0, '127.0.0.1')
    await once(host, 'listening')
    const url = `ws://127.0.0.1:${(host.address() as AddressInfo).port}/trpc`
    expect((await refusedUpgrade(url, { Host: ':::' })).statusCode).toBe(400)
    await openSocket(url, { Host: 'anything.example' })
  })

  test('beyond the limit are refused until a socket closes', async () => {
    const accepted = acceptedSockets()
    const { trpcUrl } = await startServer({ limits: { sockets: 2 } })
    const [first] = await Promise.all([openSocket(trpcUrl), openSocket(trpcUrl)])
    expect((await refusedUpgrade(trpcUrl)).statusCode).toBe(429)
    const gone = once(accepted[0] ?? first, 'close')
    first.close()
    await gone
    await openSocket(trpcUrl)
  })
})

describe('bounds', () => {
  test('a message up to 1 MiB is read, a larger one ends the socket alone', async () => {
    const { trpcUrl } = await startServer()
    const other = await openSocket(trpcUrl)
    const socket = await openSocket(trpcUrl)
    const stream = replies(socket)
    const call = { id: 1, method: 'query', params: { path: 'executions.list', input: { workflow_id: '' } } }
    const padding = DEFAULTS.limits.frameBytes - JSON.stringify(call).length
    call.params.input.workflow_id = 'x'.repeat(padding)
    socket.send(JSON.stringify(call))
    expect((await next(stream)).error?.data.runtail.code).toBe('invalid_input')
    call.params.input.workflow_id += 'x'
    socket.send(JSON.stringify(call))
    expect((await closing(socket)).code).toBe(1009)
    const others = replies(other)
    other.send('{"id":1,"method":"query","params":{"path":"executions.list","input":{}}}')
    expect((await next(others)).result?.type).toBe('data')
  })

  test('more calls in one message than allowed are all refused', async () => {
    const { trpcUrl } = await startServer({ limits: { callsPerMessage: 2 } })
    const socket = await openSocket(trpcUrl)
    const stream = replies(socket)
    const call = (id: number): object => ({ id, method: 'query', params: { path: 'executions.list', input: {} } })
    socket.send(JSON.stringify([call(1), call(2), call(3)]))
    const refused = [await next(stream), await next(stream), await next(stream)]
    expect(refused.map(({ id, error }) => [id, error?.data.runtail.code])).toStrictEqual(
      [1, 2, 3].map((id) => [id, 'invalid_input']),
    )
    socket.send(JSON.stringify([call(4), call(5)]))
    expect([await next(stream), await next(stream)].map(({ id }) => id)).toStrictEqual([4, 5])
  })

  test('more subscriptions than allowed are refused until one ends', async () => {
    const { api } = connectClient((await startServer({ limits: { subscriptionsPerSocket: 2 } })).trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const [first, second] = [follow(api, run), follow(api, run)]
    await Promise.all([first.until((frames) => frames.length > 0), second.until((frames) => frames.length > 0)])
    expect((await follow(api, run).error).data?.runtail).toMatchObject({ code: 'overloaded', retryable: true })
    first.unsubscribe()
    await follow(api, run).until((frames) => frames.length > 0)
  })

  test('more calls under way than allowed are refused, those of other sockets are not', async () => {
    const store = new GatedStore()
    const { trpcUrl } = await startServer({ store, limits: { callsPerSocket: 2 } })
    const { api } = connectClient(trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const appends = [1, 2].map((seq) => api.logs.append.mutate({ ...run, logs: logs('run-1', seq, seq) }))
    await store.reached
    await expect(api.executions.get.query(run)).rejects.toMatchObject({
      data: { runtail: { code: 'overloaded', retryable: true } },
    })
    await connectClient(trpcUrl).api.executions.get.query(run)
    store.open()
    expect((await Promise.all(appends)).map(({ head }) => head).toSorted((a, b) => a - b)).toStrictEqual([1, 2])
    await api.executions.get.query(run)
  })
})

describe('what waits for permission', () => {
  const call = (id: number, path: string, input: object = {}): string =>
    JSON.stringify({ id, method: path === 'executions.list' ? 'query' : 'subscription', params: { path, input } })

  test('is as much as may be under way, while it is not known who calls', async () => {
    const known = Promise.withResolvers<void>()
    const { trpcUrl } = await startServer({ limits: { callsPerSocket: 2 }, authenticate: () => known.promise })
    const socket = await openSocket(trpcUrl)
    const stream = replies(socket)
    for (const id of [1, 2, 3]) socket.send(call(id, 'executions.list'))
    socket.send(call(4, 'executions.watch'))
    const refused = [await next(stream), await next(stream)]
    expect(refused.map(({ id, error }) => [id, error?.data.runtail.code])).toStrictEqual([
      [3, 'overloaded'],
      [4, 'overloaded'],
    ])
    known.resolve()
    expect(new Set([(await next(stream)).id, (await next(stream)).id])).toStrictEqual(new Set([1, 2]))
    socket.send(call(4, 'executions.watch'))
    expect(await next(stream)).toMatchObject({ id: 4, result: { type: 'started' } })
  })

  test.each([
    ['logs.follow', run],
    ['executions.watch', {}],
  ])('is as much as may be under way, while nobody says whether it is allowed: %s', async (path, input) => {
    const allowed = Promise.withResolvers<boolean>()
    let asked = 0
    const authorize: Authorize = () => ((asked += 1), allowed.promise)
    const store = new MemoryStore()
    await store.create(created('run-1'))
    const { trpcUrl } = await startServer({ store, limits: { callsPerSocket: 2 }, authorize })
    const socket = await openSocket(trpcUrl)
    const stream = replies(socket)
    for (const id of [1, 2, 3]) socket.send(call(id, path, input))
    expect(await next(stream)).toMatchObject({ id: 3, error: { data: { runtail: { code: 'overloaded' } } } })
    // Whoever leaves has asked for permission all the same.
    socket.send(JSON.stringify({ id: 1, method: 'subscription.stop' }))
    socket.send(call(4, path, input))
    const answers = [await next(stream)]
    if (path === 'logs.follow') answers.push(await next(stream))
    expect(answers).toContainEqual(expect.objectContaining({ id: 4, error: expect.anything() as unknown }))
    expect(asked).toBe(2)
    allowed.resolve(true)
    while ((await next(stream)).id !== 2);
    socket.send(call(3, path, input))
    let reply = await next(stream)
    while (reply.id !== 3) reply = await next(stream)
    expect(reply).toMatchObject({ id: 3, result: { type: 'started' } })
  })
})

describe('following', () => {
  test('begins with history and goes on live, in tracked frames only', async () => {
    const { trpcUrl } = await startServer()
    const { api } = connectClient(trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })
    const socket = await openSocket(trpcUrl)
    const stream = replies(socket)
    socket.send(JSON.stringify({ id: 7, method: 'subscription', params: { path: 'logs.follow', input: run } }))
    expect(await next(stream)).toMatchObject({ id: 7, result: { type: 'started' } })
    let seq = 0
    const live = api.logs.append.mutate({ ...run, logs: logs('run-1', 4, 5) })
    while (seq < 5) {
      const { result } = await next(stream)
      if (!result) throw new Error('an error came')
      const { id, data } = result.data
      expect(data.from).toBe(seq + 1)
      expect(data.logs.map((log) => log.seq)).toStrictEqual(range(seq + 1, seq + data.logs.length))
      seq += data.logs.length
      expect(id).toMatch(new RegExp(`:${seq}$`))
      expect(result.id).toBe(id)
    }
    await live
  })

  test('resumes after a lost socket exactly where it was', async () => {
    const { trpcUrl } = await startServer()
    const producer = connectClient(trpcUrl)
    const follower = connectClient(trpcUrl)
    await producer.api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await producer.api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 10) })
    const { until } = follow(follower.api, { ...run, after: 2 })
    await until((frames) => frames.at(-1)?.data.logs.at(-1)?.seq === 10)
    for (const [from, to] of [
      [11, 20],
      [21, 25],
    ] as const) {
      follower.sockets.at(-1)?.terminate()
      await producer.api.logs.append.mutate({ ...run, logs: logs('run-1', from, to) })
      await until((frames) => frames.at(-1)?.id.endsWith(`:${to}`) === true)
    }
    const frames = await until(() => true)
    expect(frames.flatMap(({ data }) => data.logs.map(({ seq }) => seq))).toStrictEqual(range(3, 25))
    expect(follower.sockets).toHaveLength(3)
    expect(frames.some(({ data }) => data.reset)).toBe(false)
  })

  test('begins anew, and says so, with a cursor of another store or beyond the head', async () => {
    const { api } = connectClient((await startServer()).trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })
    for (const after of ['elsewhere:2', 99]) {
      const { until } = follow(api, { ...run, after })
      const frames = await until((seen) => seen.at(-1)?.id.endsWith(':3') === true)
      expect(frames[0]?.data).toMatchObject({ reset: true, from: 1 })
    }
  })

  test('of executions gives what changes, and resumes', async () => {
    const { trpcUrl } = await startServer()
    const { api, sockets } = connectClient(trpcUrl)
    const other = connectClient(trpcUrl)
    const page = await other.api.executions.list.query({})
    const { until } = watch(api, { after: page.cursor })
    const last = (id: string) =>
      until((frames) => frames.some(({ data }) => data.executions.some((one) => one.id === id)))
    await other.api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await last('run-1')
    sockets.at(-1)?.terminate()
    await other.api.executions.create.mutate({ id: 'run-2', workflow_id: 'w' })
    const frames = await last('run-2')
    expect(frames.flatMap(({ data }) => data.executions.map(({ id }) => id))).toStrictEqual(['run-1', 'run-2'])
    expect(frames.some(({ data }) => data.reset)).toBe(false)
  })
})

describe('a peer that falls silent', () => {
  const keepAlive = { pingAfterMs: 80, pongWithinMs: 80, stallMs: 5000 }

  test('is ended soon, on every kind of socket', async () => {
    const { trpcUrl, url } = await startServer({ keepAlive })
    await connectClient(trpcUrl).api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    for (const target of [trpcUrl, `${url.replace('http', 'ws')}/ws/executions/run-1/logs`]) {
      // A half-open peer: the connection stands, nothing ever comes.
      const socket = new WebSocket(target, { autoPong: false })
      const beganMs = performance.now()
      expect((await closing(socket)).code).toBe(1006)
      expect(performance.now() - beganMs).toBeLessThan(2000)
    }
  })

  test('is ended soon, though it has said goodbye', async () => {
    const accepted = acceptedSockets()
    const { trpcUrl } = await startServer({ keepAlive })
    const socket = await openSocket(trpcUrl)
    const [serverEnd] = accepted
    if (!serverEnd) throw new Error('the connection was not seen')
    const ended = once(serverEnd, 'close')
    const beganMs = performance.now()
    // It sends its close, and takes neither the answer nor the end of the connection.
    socket.pause()
    socket.close()
    await ended
    expect(performance.now() - beganMs).toBeLessThan(2000)
  })

  test('is told from one that answers pings and from one that sends them', async () => {
    const { trpcUrl } = await startServer({ keepAlive })
    const answering = await openSocket(trpcUrl)
    const closed: number[] = []
    answering.once('close', (code) => closed.push(code))
    for (let pings = 0; pings < 5; pings += 1) await once(answering, 'ping')

    const sending = new WebSocket(trpcUrl, { autoPong: false })
    onTestFinished(() => sending.terminate())
    sending.once('close', (code) => closed.push(code))
    await once(sending, 'open')
    for (let pings = 0; pings < 20; pings += 1) {
      sending.send('PING')
      const [answer] = (await once(sending, 'message')) as [Buffer]
      expect(answer.toString()).toBe('PONG')
      await new Promise((resolve) => setTimeout(resolve, keepAlive.pingAfterMs / 4))
    }
    expect(closed).toStrictEqual([])
  })
})

describe('a planned stop', () => {
  test('does not wait long for a peer that has fallen silent: the others are waiting for the next server', async () => {
    const { server, trpcUrl } = await startServer()
    const silent = await openSocket(trpcUrl)
    silent.pause()
    const beganMs = performance.now()
    await server.close()
    expect(performance.now() - beganMs).toBeLessThan(2500)
    silent.terminate()
  })

  test('stores and acknowledges what is under way, refuses what is new, then sends everybody away', async () => {
    const store = new GatedStore()
    const { server, trpcUrl } = await startServer({ store })
    const { api, sockets, close } = connectClient(trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const follower = await openSocket(trpcUrl)
    follower.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.follow', input: run } }))
    await once(follower, 'message')
    const appended = api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 5) })
    await store.reached
    const closed = Promise.all([follower, ...sockets].map((socket) => closing(socket)))

    const stopped = server.close()
    await expect(api.logs.append.mutate({ ...run, logs: logs('run-1', 6, 6) })).rejects.toMatchObject({
      data: { runtail: { code: 'store_unavailable', retryable: true } },
    })
    store.open()
    expect(await appended).toStrictEqual({ head: 5, accepted: 5, duplicates: 0 })
    await close()
    expect(await closed).toContainEqual({ code: 1001, reason: 'The server stops' })
    await stopped
    await expect(store.get('run-1')).rejects.toMatchObject({ code: 'closed' })
  })

  test('acknowledges over HTTP too', async () => {
    const store = new GatedStore()
    const { server, url } = await startServer({ store })
    const api = httpClient(url)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const appended = api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 5) })
    await store.reached
    const stopped = server.close()
    store.open()
    expect(await appended).toStrictEqual({ head: 5, accepted: 5, duplicates: 0 })
    await stopped
    await expect(api.executions.get.query(run)).rejects.toThrow(/fetch failed/)
  })

  test('does not wait for a request that its client broke off in the middle', async () => {
    const { server, port, url } = await startServer()
    const tcp = await openTcp({ port })
    const begin = '{"workflow_id":'
    tcp.write(
      `POST /trpc/executions.create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n${begin}`,
    )
    // The server has read it by then, and waits for the rest.
    for (let requests = 0; requests < 3; requests += 1) await httpClient(url).executions.list.query({})
    tcp.resetAndDestroy()
    const beganMs = performance.now()
    await server.close()
    expect(performance.now() - beganMs).toBeLessThan(2500)
  })

  test('does not wait for ever', async () => {
    const errors: string[] = []
    const store = new GatedStore()
    const { server, trpcUrl } = await startServer({
      store,
      closeTimeoutMs: 50,
      logger: { info() {}, warn() {}, error: (line) => void errors.push(line) },
    })
    const { api } = connectClient(trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const lost = api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 5) }).catch((error: unknown) => error)
    await store.reached
    await server.close()
    expect(errors).toContain('stop: calls under way failed')
    expect(await lost).toBeInstanceOf(Error)
    store.open()
  })
})
