// A Runtail server below a path of a service's HTTP server: all of ours is served there, and nothing of the service's changes.

import express, { type Express } from 'express'
import fastify from 'fastify'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { RuntailServer } from '../src/index.ts'
import { temporaryFolder } from './support/folder.ts'
import { logs } from './support/logs.ts'
import { addressOf, listening, runtailServer, type Service } from './support/mounted.ts'
import { ask, closing, connectClient, httpClient, openSocket, openTcp, refusedUpgrade } from './support/server.ts'
import { follow } from './support/subscribe.ts'

const folder = temporaryFolder()
const run = { execution_id: 'run-1' }
const SERVICE = 'the service'

/** A service with a page of its own. */
function plainService(): Server {
  return createHttpServer((request, response) => {
    response.statusCode = request.url === '/own' ? 200 : 404
    response.end(SERVICE)
  })
}

function expressService(): Express {
  const app = express()
  app.use(express.json())
  app.get('/own', (_request, response) => void response.send(SERVICE))
  return app
}

/** What there is when all of ours works below the path, and the service's own beside it. */
const SERVED = {
  followed: [1, 2, 3],
  plain: { seq: 3 },
  health: { status: 200, body: '{"status":"ok"}' },
  ready: { status: 200 },
  own: { status: 200, body: SERVICE },
  others: [404, 404],
}

async function served({ port, url, wsUrl }: Service, path: string): Promise<unknown> {
  const { api } = connectClient(`${wsUrl}${path}/trpc`)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 2) })
  const { until } = follow(api, run)
  await httpClient(`${url}${path}`).logs.append.mutate({ ...run, logs: logs('run-1', 3, 3) })
  const frames = await until((all) => all.at(-1)?.data.head === 3)
  const plain = new WebSocket(`${wsUrl}${path}/ws/executions/run-1/logs?last=1`)
  onTestFinished(() => plain.terminate())
  const [line] = (await once(plain, 'message')) as [Buffer]
  const [above, beside] = [await ask({ port }, '/healthz'), await ask({ port }, `${path}x/healthz`)]
  return {
    followed: frames.flatMap(({ data }) => data.logs.map(({ seq }) => seq)),
    plain: JSON.parse(line.toString()) as unknown,
    health: await ask({ port }, `${path}/healthz`),
    ready: await ask({ port }, `${path}/readyz?x=1`),
    own: await ask({ port }, '/own'),
    others: [above.status, beside.status],
  }
}

describe('beside the routes of', () => {
  test('node:http, under any path', async () => {
    const server = plainService()
    runtailServer().attach(server, { path: '/deep/er' })
    expect(await served(await listening(server), '/deep/er')).toMatchObject(SERVED)
  })

  test('Express', async () => {
    const server = createHttpServer(expressService())
    runtailServer().attach(server)
    expect(await served(await listening(server), '/runtail')).toMatchObject(SERVED)
  })

  test('whoever listens after us, and never hears of what is ours', async () => {
    const server = createHttpServer()
    runtailServer().attach(server)
    const heard: (string | undefined)[] = []
    server.on('request', (request, response) => {
      heard.push(request.url)
      response.writeHead(request.url === '/own' ? 200 : 404).end(SERVICE)
    })
    expect(await served(await listening(server), '/runtail')).toMatchObject(SERVED)
    expect(heard).toStrictEqual(['/healthz', '/runtailx/healthz', '/own'])
  })

  test('Express, attached while it listens', async () => {
    const server = expressService().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    runtailServer().attach(server)
    expect(await served(addressOf(server), '/runtail')).toMatchObject(SERVED)
  })

  test('Fastify, on both addresses of localhost', async () => {
    const runtail = runtailServer()
    const app = fastify({
      serverFactory(handler) {
        const server = createHttpServer(handler)
        runtail.attach(server)
        return server
      },
    })
    app.get('/own', () => SERVICE)
    onTestFinished(() => app.close())
    await app.listen({ port: 0, host: 'localhost' })
    const { port } = addressOf(app.server)
    for (const { family } of app.addresses() as AddressInfo[]) {
      const host = family === 'IPv6' ? '[::1]' : '127.0.0.1'
      const answer = await fetch(`http://${host}:${port}/runtail/healthz`)
      expect(await answer.json()).toStrictEqual({ status: 'ok' })
      await openSocket(`ws://${host}:${port}/runtail/trpc`)
    }
    expect(await served(addressOf(app.server), '/runtail')).toMatchObject(SERVED)
  })
})

describe('the demo and the dashboard', () => {
  test('are served below the path too', async () => {
    await writeFile(folder('index.html'), '<base href="/" /><div id="app"></div>')
    const server = plainService()
    const runtail = runtailServer({ dashboardDir: folder(''), demo: { folder: folder('') } })
    runtail.attach(server)
    const { port } = await listening(server)
    for (const path of ['/runtail', '/runtail/', '/runtail/monitoring', '/runtail?x']) {
      expect(await ask({ port }, path)).toMatchObject({
        status: 200,
        body: '<base href="/runtail/" /><div id="app"></div>',
      })
    }
    expect(JSON.parse((await ask({ port }, '/runtail/demo')).body)).toHaveProperty('scenarios')
    const started = await ask({ port }, '/runtail/executions/demo-1/start-streaming', { method: 'POST' })
    expect(started).toMatchObject({ status: 202 })
  })
})

describe('handleRequest', () => {
  test('is a route of Express, after whatever middleware there is, bodies parsed and all', async () => {
    const app = expressService()
    const runtail = runtailServer({ demo: { folder: folder('') } })
    const passed: string[] = []
    app.use('/logs', (request, _response, next) => {
      passed.push(request.originalUrl)
      next()
    })
    app.use('/logs', runtail.handleRequest)
    const { port, url } = await listening(createHttpServer(app))
    const api = httpClient(`${url}/logs`)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    expect(await api.executions.get.query(run)).toMatchObject({ id: 'run-1' })
    expect(passed).toStrictEqual([
      '/logs/trpc/executions.create',
      expect.stringMatching(/^\/logs\/trpc\/executions\.get\?/),
    ])
    const body = JSON.stringify({ scenario: 'absent' })
    const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length }
    const post = { method: 'POST', headers, body }
    expect(await ask({ port }, '/logs/executions/demo-1/start-streaming', post)).toMatchObject({ status: 400 })
  })
})

describe('upgrades', () => {
  test('go to whose they are', async () => {
    const server = plainService()
    const others = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/own') others.handleUpgrade(request, socket, head, (peer) => peer.send(SERVICE))
      else if (request.url === '/late') setTimeout(() => socket.end('HTTP/1.1 418 Own\r\n\r\n'), 20)
    })
    runtailServer().attach(server)
    const { wsUrl } = await listening(server)
    const own = new WebSocket(`${wsUrl}/own`)
    onTestFinished(() => own.terminate())
    const [greeting] = (await once(own, 'message')) as [Buffer]
    expect(greeting.toString()).toBe(SERVICE)
    expect(await refusedUpgrade(`${wsUrl}/late`)).toMatchObject({ statusCode: 418 })
    await openSocket(`${wsUrl}/runtail/trpc`)
    expect(await refusedUpgrade(`${wsUrl}/runtail/nothing`)).toMatchObject({ statusCode: 404 })
  })

  // A `WebSocketServer` that shares a server refuses whatever is not at its own path.
  test.each(['before', 'after'])('of ours are not heard of by others, who came %s us', async (when) => {
    const server = plainService()
    if (when === 'after') runtailServer().attach(server)
    new WebSocketServer({ server, path: '/own' }).on('connection', (peer) => peer.send(SERVICE))
    if (when === 'before') runtailServer().attach(server)
    const { wsUrl } = await listening(server)
    await openSocket(`${wsUrl}/runtail/trpc`)
    const own = new WebSocket(`${wsUrl}/own`)
    onTestFinished(() => own.terminate())
    const [greeting] = (await once(own, 'message')) as [Buffer]
    expect(greeting.toString()).toBe(SERVICE)
    expect(await refusedUpgrade(`${wsUrl}/unknown`)).toMatchObject({ statusCode: 400 })
  })

  test('that nobody knows are requests, as before', async () => {
    const server = plainService()
    const detach = runtailServer().attach(server)
    const { port, wsUrl } = await listening(server)
    const offer = { headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' } }
    expect(await ask({ port }, '/own', offer)).toMatchObject({ status: 200, body: SERVICE })
    expect(await ask({ port }, '/runtail/healthz', offer)).toMatchObject({ status: 200 })
    expect(await refusedUpgrade(`${wsUrl}/unknown`)).toMatchObject({ statusCode: 404 })
    detach()
    expect(await ask({ port }, '/own', offer)).toMatchObject({ status: 200, body: SERVICE })
  })

  test('of two servers on one, and of nobody', async () => {
    const server = plainService()
    runtailServer().attach(server, { path: '/one' })
    runtailServer().attach(server, { path: '/two' })
    const { port, wsUrl } = await listening(server)
    await openSocket(`${wsUrl}/one/trpc`)
    await openSocket(`${wsUrl}/two/trpc`)
    expect(await refusedUpgrade(`${wsUrl}/three/trpc`)).toMatchObject({ statusCode: 404 })
    const offer = { headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' } }
    expect(await ask({ port }, '/own', offer)).toMatchObject({ status: 200, body: SERVICE })
  })
})

describe('the end', () => {
  test('a server that is taken off leaves its host as it was, and its sockets open', async () => {
    const server = plainService()
    const before = server.rawListeners('request')
    const runtail = runtailServer()
    const detach = runtail.attach(server)
    const { port, wsUrl } = await listening(server)
    const socket = await openSocket(`${wsUrl}/runtail/ws/executions/run-1/logs`)
    const close = closing(socket)
    detach()
    detach()
    expect(server.rawListeners('request')).toStrictEqual(before)
    expect(server.listenerCount('upgrade')).toBe(0)
    expect(await ask({ port }, '/runtail/healthz')).toMatchObject({ status: 404, body: SERVICE })
    // There is no such execution: the socket was served to its end.
    expect(await close).toMatchObject({ code: 4404 })
    runtail.attach(server)
    expect(await ask({ port }, '/runtail/healthz')).toMatchObject({ status: 200 })
  })

  test('is quiet where somebody came between', async () => {
    const server = plainService()
    const detach = runtailServer().attach(server, { path: '/one' })
    runtailServer().attach(server, { path: '/two' })
    const { port, wsUrl } = await listening(server)
    detach()
    expect(await ask({ port }, '/one/healthz')).toMatchObject({ status: 404, body: SERVICE })
    expect(await refusedUpgrade(`${wsUrl}/one/trpc`)).toMatchObject({ statusCode: 404 })
    expect(await ask({ port }, '/two/healthz')).toMatchObject({ status: 200 })
    await openSocket(`${wsUrl}/two/trpc`)
  })

  test('sends followers away, then the host can close; new calls are told to come back', async () => {
    const server = plainService()
    const runtail = runtailServer()
    runtail.attach(server)
    const { port, wsUrl } = await listening(server)
    const socket = await openSocket(`${wsUrl}/runtail/trpc`)
    const close = closing(socket)
    await runtail.close()
    expect(await close).toMatchObject({ code: 1001 })
    expect(await ask({ port }, '/runtail/healthz')).toMatchObject({
      status: 503,
      body: expect.stringContaining('store_unavailable'),
    })
    expect(await refusedUpgrade(`${wsUrl}/runtail/trpc`)).toMatchObject({ statusCode: 503 })
    expect(await ask({ port }, '/own')).toMatchObject({ status: 200 })
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    await closed
  })

  test('of a service that opened it before it listened shows what is wrong at its start', async () => {
    const runtail = runtailServer({ store: 'sqlite', dataDir: folder('index.html/no-folder') })
    await expect(runtail.open()).rejects.toMatchObject({ code: 'store_unavailable' })
    const fine = runtailServer()
    await fine.open()
    await fine.close()
    await expect(fine.open()).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('who is answered', () => {
  test('by names that the service allows, and by this machine alone where everybody may do everything', async () => {
    const statusOf = async (runtail: RuntailServer, host: string): Promise<number> => {
      const server = plainService()
      runtail.attach(server)
      const { port } = await listening(server, '0.0.0.0')
      const answer = await fetch(`http://${host}:${port}/runtail/healthz`)
      return answer.status
    }
    expect(await statusOf(runtailServer(), '127.0.0.1')).toBe(200)
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')?.address
    if (outside === undefined) return
    const allowedHosts = [outside]
    expect(await statusOf(runtailServer({ allowedHosts }), outside)).toBe(403)
    expect(await statusOf(runtailServer({ allowedHosts, insecure: true }), outside)).toBe(200)
    expect(await statusOf(runtailServer({ allowedHosts, authorize: () => true }), outside)).toBe(200)
    expect(await statusOf(runtailServer({ authorize: () => true }), outside)).toBe(403)
  })

  test('a path that is none is refused at once', () => {
    const server = plainService()
    for (const path of ['', '/', 'runtail', '/runtail/', '/a b', '/a?b']) {
      expect(() => runtailServer().attach(server, { path })).toThrow(
        expect.objectContaining({ code: 'invalid_option' }),
      )
    }
    expect(server.listenerCount('upgrade')).toBe(0)
  })

  test('a socket that breaks while the store opens ends nothing', async () => {
    const server = plainService()
    runtailServer().attach(server)
    const { port, url } = await listening(server)
    const tcp = await openTcp({ port })
    tcp.write('GET /runtail/trpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    tcp.resetAndDestroy()
    expect((await fetch(`${url}/runtail/healthz`)).status).toBe(200)
  })
})
