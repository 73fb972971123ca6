import { existsSync } from 'node:fs'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createServer, type Logger } from '../src/index.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { temporaryFolder } from './support/folder.ts'
import { created } from './support/logs.ts'
import { listening } from './support/mounted.ts'
import { ask, closing, openSocket, openTcp, startServer } from './support/server.ts'

const path = temporaryFolder()

async function dashboard(): Promise<string> {
  const folder = path('dashboard')
  await mkdir(`${folder}/assets`, { recursive: true })
  await writeFile(`${folder}/index.html`, '<!doctype html><title>Runtail</title>')
  await writeFile(`${folder}/assets/app-1a2b.js`, 'export {}')
  return folder
}

/** An error as every endpoint gives it. */
function errorIn(body: string): unknown {
  return (JSON.parse(body) as { error: unknown }).error
}

describe('health', () => {
  test('/healthz says that the process serves', async () => {
    const server = await startServer()
    expect(await ask(server, '/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
    expect(await ask(server, '/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  test('a request that offers an upgrade to HTTP/2 is a request all the same', async () => {
    const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQ' }
    expect(await ask(await startServer(), '/healthz', { headers })).toMatchObject({ status: 200 })
  })

  test('/readyz asks the store', async () => {
    const store = new MemoryStore()
    const server = await startServer({ store })
    expect(await ask(server, '/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}' })
    await store.close()
    const answer = await ask(server, '/readyz')
    expect(answer.status).toBe(503)
    expect(errorIn(answer.body)).toMatchObject({ code: 'store_unavailable' })
  })
})

test('a request for the address of a socket is told what it is', async () => {
  const answer = await ask(await startServer({ dashboardDir: await dashboard() }), '/ws/executions/run-1/logs')
  expect(answer).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } })
  expect(errorIn(answer.body)).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('ws://') })
})

describe('the dashboard', () => {
  test('is served with a policy that lets it run and nothing else', async () => {
    const server = await startServer({ dashboardDir: await dashboard() })
    for (const page of ['/', '/monitoring', '/executions', '/executions/run-1?after=3']) {
      const { status, headers, body } = await ask(server, page)
      expect({ status, type: headers['content-type'] }).toStrictEqual({ status: 200, type: 'text/html; charset=utf-8' })
      expect(body).toContain('<title>Runtail</title>')
      expect(headers['content-security-policy']).toMatch(/^default-src 'self';.*frame-ancestors 'none'/)
      expect(headers['content-security-policy']).not.toContain('unsafe-eval')
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    }
  })

  test('lets browsers keep what never changes and check what may', async () => {
    const server = await startServer({ dashboardDir: await dashboard() })
    const asset = await ask(server, '/assets/app-1a2b.js')
    expect(asset).toMatchObject({ status: 200, body: 'export {}' })
    expect(asset.headers['cache-control']).toContain('immutable')
    const index = await ask(server, '/')
    expect(index.headers['cache-control']).toBe('no-cache')
    const again = await ask(server, '/', { headers: { 'If-None-Match': index.headers.etag } })
    expect(again).toMatchObject({ status: 304, body: '' })
    const head = await ask(server, '/', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.headers['content-length']).toBe(index.headers['content-length'])
  })

  test('lets other pages load the custom element, and nothing else', async () => {
    const folder = await dashboard()
    await writeFile(`${folder}/runtail-monitor.js`, 'export {}')
    const server = await startServer({ dashboardDir: folder })
    const origin = { headers: { Origin: 'https://example.com' } }
    const element = await ask(server, '/runtail-monitor.js', origin)
    expect(element).toMatchObject({ status: 200, body: 'export {}' })
    expect(element.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'no-cache',
    })
    const again = await ask(server, '/runtail-monitor.js', { headers: { 'If-None-Match': element.headers.etag } })
    expect(again).toMatchObject({ status: 304, headers: { 'access-control-allow-origin': '*' } })
    const other = await ask(server, '/assets/app-1a2b.js', origin)
    expect(other.headers).toMatchObject({ 'cross-origin-resource-policy': 'same-origin' })
    expect(other.headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('gives nothing from outside its folder, whatever the path', async () => {
    const folder = await dashboard()
    await cp(`${folder}/index.html`, path('secret.txt'))
    const server = await startServer({ dashboardDir: folder })
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/%252e%252e%252fsecret.txt',
      '/..%5csecret.txt',
      '/..\\secret.txt',
      '//secret.txt',
      '/secret.txt%00.html',
      '/assets/missing.js',
      '/%ff.txt',
    ]
    for (const asked of paths) {
      const { status, headers, body } = await ask(server, asked)
      expect({ asked, status, type: headers['content-type'] }).toStrictEqual({
        asked,
        status: 404,
        type: 'application/json',
      })
      expect(errorIn(body)).toMatchObject({ code: 'not_found' })
    }
  })

  test('says how to build it where it is not built', async () => {
    const server = await startServer({ dashboardDir: path('absent') })
    const { status, headers, body } = await ask(server, '/')
    expect({ status, type: headers['content-type'] }).toStrictEqual({ status: 200, type: 'text/plain; charset=utf-8' })
    expect(body).toContain('npm run build')
  })
})

describe('foreign pages', () => {
  test.each(['evil.example', 'localhost.evil.example'])('cannot reach it by a name of theirs (%s)', async (host) => {
    const server = await startServer()
    for (const asked of ['/', '/healthz', '/trpc/executions.list', '/executions/run-1']) {
      const { status, body } = await ask(server, asked, { headers: { Host: host } })
      expect({ asked, status }).toStrictEqual({ asked, status: 403 })
      expect(errorIn(body)).toMatchObject({ code: 'forbidden' })
    }
  })

  test('cannot write', async () => {
    const store = new MemoryStore()
    const server = await startServer({ store })
    const options = { method: 'POST', body: '{"workflow_id":"w"}', headers: { 'Content-Type': 'application/json' } }
    for (const origin of ['https://evil.example', 'null', `http://localhost:${server.port + 1}`]) {
      const answer = await ask(server, '/trpc/executions.create', {
        ...options,
        headers: { ...options.headers, Origin: origin },
      })
      expect(answer.status).toBe(403)
    }
    expect((await store.list({ limit: 10 })).executions).toStrictEqual([])
  })

  test('may be let in', async () => {
    const server = await startServer({ allowedOrigins: ['https://app.example'], allowedHosts: ['runtail.internal'] })
    const options = { method: 'POST', body: '{"workflow_id":"w"}' }
    const headers = { 'Content-Type': 'application/json', Origin: 'https://app.example', Host: 'runtail.internal' }
    expect((await ask(server, '/trpc/executions.create', { ...options, headers })).status).toBe(200)
  })

  test('of the server itself can write', async () => {
    const server = await startServer()
    const headers = { 'Content-Type': 'application/json', Origin: server.url }
    const options = { method: 'POST', body: '{"workflow_id":"w"}', headers }
    expect((await ask(server, '/trpc/executions.create', options)).status).toBe(200)
  })
})

describe('tRPC over HTTP', () => {
  test('answers queries and mutations, and errors without stacks', async () => {
    const store = new MemoryStore()
    const server = await startServer({ store })
    await store.create(created('run-1'))
    const input = encodeURIComponent(JSON.stringify({ execution_id: 'run-1' }))
    expect(await ask(server, `/trpc/executions.get?input=${input}`)).toMatchObject({ status: 200 })
    const missing = encodeURIComponent(JSON.stringify({ execution_id: 'run-2' }))
    const { status, body } = await ask(server, `/trpc/executions.get?input=${missing}`)
    expect(status).toBe(404)
    expect(errorIn(body)).toMatchObject({ data: { runtail: { code: 'not_found', retryable: false } } })
    expect(body).not.toMatch(/stack|\.ts|node:/)
  })

  test('refuses a body that is too large', async () => {
    const server = await startServer({ limits: { frameBytes: 1000 } })
    const body = JSON.stringify({ workflow_id: 'x'.repeat(2000) })
    const answer = await ask(server, '/trpc/executions.create', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer.status).toBe(400)
    expect(errorIn(answer.body)).toMatchObject({ message: expect.stringContaining('larger than the server takes') })
    expect(answer.body).toContain('invalid_input')
  })

  test('lists without being told what', async () => {
    expect(await ask(await startServer(), '/trpc/executions.list')).toMatchObject({ status: 200 })
  })

  test.each(['/trpc/nothing.here', '/trpc/__proto__', '/trpc/constructor', '/trpc/', '/trpc/%00', '/trpc/executions'])(
    'knows no procedure at %s',
    async (asked) => {
      const server = await startServer()
      const { status, body } = await ask(server, asked)
      expect(status).toBe(404)
      expect(errorIn(body)).toMatchObject({ data: { runtail: { code: 'not_found' } } })
    },
  )

  test('has no subscriptions', async () => {
    const server = await startServer()
    const { body } = await ask(server, '/trpc/executions.watch?input=%7B%7D')
    expect(body).toContain('invalid_input')
  })
})

test.each([
  ['DELETE', '/'],
  ['POST', '/'],
  ['PUT', '/healthz'],
  ['OPTIONS', '/trpc'],
])('%s %s is nothing here', async (method, asked) => {
  const server = await startServer()
  expect((await ask(server, asked, { method })).status).toBe(404)
})

describe('bytes that are no HTTP', () => {
  test.each([
    ['no request', 'hello\r\n\r\n'],
    ['no URL', 'GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a URL of another server', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a Host that is no host', 'GET / HTTP/1.1\r\nHost: :::\r\n\r\n'],
    ['no Host', 'GET / HTTP/1.0\r\n\r\n'],
    ['a header with a line break', 'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\n\r\n'],
    [
      'an upgrade to something else',
      'GET /trpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ],
    [
      'an upgrade without a key',
      'GET /trpc HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    ],
  ])('%s is refused, and the server goes on', async (_what, bytes) => {
    const server = await startServer()
    const tcp = await openTcp(server)
    tcp.write(bytes)
    const [answer] = (await once(tcp, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await ask(server, '/healthz')).status).toBe(200)
  })
})

describe('life', () => {
  test('says in one line that a port is taken, and leaves nothing open', async () => {
    const first = await startServer()
    const second = createServer({ store: 'memory', port: first.port })
    await expect(second.listen()).rejects.toMatchObject({
      code: 'cannot_listen',
      message: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is taken\.[^\n]*$/),
    })
    await expect(second.listen()).rejects.toMatchObject({ code: 'closed' })
  })

  test('can be closed while it finds out that a port is taken', async () => {
    const { port } = await startServer()
    const second = createServer({ store: 'memory', port })
    await second.open()
    const address = second.listen().catch((error: unknown) => error)
    await Promise.resolve()
    await Promise.all([second.close(), address])
    expect(await address).toMatchObject({ code: 'cannot_listen' })
  })

  test('does not begin to listen when it was closed meanwhile', async () => {
    const server = createServer({ store: 'memory', port: 0 })
    const address = server.listen().catch((error: unknown) => error)
    await server.close()
    expect(await address).toMatchObject({ code: 'closed' })
  })

  test('says what is wrong with the folder of the dashboard, before it opens the store', async () => {
    const dashboardDir = 'x'.repeat(300)
    const server = createServer({ dataDir: path('unopened'), port: 0, dashboardDir })
    await expect(server.listen()).rejects.toMatchObject({
      code: 'invalid_option',
      message: expect.stringContaining('ENAMETOOLONG'),
    })
    await server.close()
    expect(existsSync(path('unopened'))).toBe(false)
  })

  test('opens the store as soon as it can be opened, where requests came before', async () => {
    await writeFile(path('in-the-way'), 'not a folder')
    const server = createServer({ dataDir: path('in-the-way') })
    const host = createHttpServer(server.handleRequest)
    onTestFinished(() => server.close())
    const { port } = await listening(host)
    expect(await ask({ port }, '/readyz')).toMatchObject({ status: 503 })
    await rm(path('in-the-way'))
    await vi.waitFor(async () => expect(await ask({ port }, '/readyz')).toMatchObject({ status: 200 }), 5000)
  })

  test('says in one line that an address is not of this machine', async () => {
    const server = createServer({ store: 'memory', host: '192.0.2.1', port: 0, insecure: true })
    await expect(server.listen()).rejects.toMatchObject({
      code: 'cannot_listen',
      message: expect.stringContaining('192.0.2.1'),
    })
  })

  test('gives one address however often it is asked to listen', async () => {
    const { server, url } = await startServer()
    expect((await server.listen()).url).toBe(url)
  })

  test('closes once, and then for good', async () => {
    const { server } = await startServer()
    await Promise.all([server.close(), server.close()])
    await expect(server.listen()).rejects.toMatchObject({ code: 'closed' })
    const never = createServer({ store: 'memory' })
    await never.close()
    await expect(never.listen()).rejects.toMatchObject({ code: 'closed' })
  })

  test('tells why the store cannot be opened, to the operator and to requests', async () => {
    await writeFile(path('file'), 'not a folder')
    const server = createServer({ dataDir: path('file'), port: 0 })
    await expect(server.listen()).rejects.toMatchObject({ name: 'RuntailError' })
    await server.close()
  })

  test('lives in an HTTP server of somebody else', async () => {
    const server = createServer({ store: 'memory' })
    const host = createHttpServer((request, response) => server.handleRequest(request, response))
    host.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head))
    host.listen(0, '127.0.0.1')
    await once(host, 'listening')
    const { port } = host.address() as AddressInfo
    onTestFinished(() => void host.close())
    expect((await ask({ port }, '/healthz')).status).toBe(200)
    const socket = await openSocket(`ws://127.0.0.1:${port}/trpc`)
    const closed = closing(socket)
    await server.close()
    expect((await closed).code).toBe(1001)
    expect((await ask({ port }, '/healthz')).status).toBe(503)
  })

  test('keeps unexpected failures to itself and its operator', async () => {
    const error = vi.fn<Logger['error']>()
    const store = new MemoryStore()
    store.list = () => Promise.reject(new TypeError('secret detail'))
    const server = await startServer({ store, logger: { info() {}, warn() {}, error } })
    const { status, body } = await ask(server, '/trpc/executions.list?input=%7B%7D')
    expect(status).toBe(500)
    expect(errorIn(body)).toMatchObject({ data: { runtail: { code: 'internal', retryable: true, data: {} } } })
    expect(body).not.toContain('secret detail')
    expect(error).toHaveBeenCalledOnce()
    expect(error.mock.calls[0]?.[0]).toContain('executions.list')
    expect(String(error.mock.calls[0]?.[1])).toContain('secret detail')
  })
})
