// A Runtail server below a path of a service that speaks TLS: the same as without, and slow readers are waited for there too.

import { once } from 'node:events'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerOptions } from '../src/index.ts'
import { selfSigned } from './support/certificate.ts'
import { log, logs, range } from './support/logs.ts'
import { runtailServer } from './support/mounted.ts'
import { mostUnsent } from './support/server-sockets.ts'
import { closing, connectClient, httpClient, openSocket } from './support/server.ts'
import { follow } from './support/subscribe.ts'

const certificate = selfSigned()
const trusted = getCACertificates()
setDefaultCACertificates([certificate.cert])
afterAll(() => setDefaultCACertificates(trusted))

const run = { execution_id: 'run-1' }
const MEGABYTE = 1024 * 1024

/** A service that speaks TLS, and a client of ours below its path. */
async function service(options?: ServerOptions): Promise<{ server: Server; port: number }> {
  const server = createHttpsServer(certificate, (_request, response) => void response.writeHead(404).end('own'))
  runtailServer(options).attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

test('all of ours is served below the path, and pages of the service may connect', async () => {
  const { port } = await service()
  const url = `https://127.0.0.1:${port}`
  expect(await (await fetch(`${url}/runtail/healthz`)).json()).toStrictEqual({ status: 'ok' })
  expect((await fetch(`${url}/healthz`)).status).toBe(404)
  const { api } = connectClient(`wss://127.0.0.1:${port}/runtail/trpc`)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  const { until } = follow(api, run)
  await httpClient(`${url}/runtail`).logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })
  const frames = await until((seen) => seen.at(-1)?.data.logs.at(-1)?.seq === 3)
  expect(frames.flatMap(({ data }) => data.logs.map(({ seq }) => seq))).toStrictEqual([1, 2, 3])
  const origin = { headers: { Origin: url } }
  const plain = new WebSocket(`wss://127.0.0.1:${port}/runtail/ws/executions/run-1/logs?last=1`, origin)
  onTestFinished(() => plain.terminate())
  const [line] = (await once(plain, 'message')) as [Buffer]
  expect(JSON.parse(line.toString())).toMatchObject({ seq: 3 })
})

test('a follower that does not read is waited for, and misses nothing', { timeout: 60_000 }, async () => {
  const { server, port } = await service()
  const wsUrl = `wss://127.0.0.1:${port}/runtail/trpc`
  const { api } = connectClient(wsUrl)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
  const slow = await openSocket(wsUrl)
  const [serverEnd] = await accepted
  const unsent = mostUnsent(serverEnd)
  const seqs: number[] = []
  slow.on('message', (data: Buffer) => {
    for (const [, seq] of data.toString().matchAll(/"seq":(\d+)/g)) seqs.push(Number(seq))
  })
  slow.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.follow', input: run } }))
  await once(slow, 'message')
  slow.pause()
  const message = 'm'.repeat(8000)
  for (let first = 1; first < 3000; first += 100) {
    const batch = range(first, first + 99).map((seq) => log('run-1', `log-${seq}`, { message }))
    await api.logs.append.mutate({ ...run, logs: batch })
  }
  expect(serverEnd.writableLength).toBeGreaterThan(0)
  expect(unsent.bytes).toBeLessThan(MEGABYTE)
  slow.resume()
  while (seqs.at(-1) !== 3000) await once(slow, 'message')
  expect(seqs).toStrictEqual(range(1, 3000))
  expect(unsent.bytes).toBeLessThan(MEGABYTE)
})

test('a peer that falls silent is ended soon, one that answers is not', async () => {
  const { port } = await service({ keepAlive: { pingAfterMs: 80, pongWithinMs: 80 } })
  const wsUrl = `wss://127.0.0.1:${port}/runtail/trpc`
  const answering = await openSocket(wsUrl)
  const silent = await openSocket(wsUrl)
  const closed = closing(silent)
  const beganMs = performance.now()
  silent.pause()
  for (let pings = 0; pings < 5; pings += 1) await once(answering, 'ping')
  silent.resume()
  expect((await closed).code).toBe(1006)
  expect(performance.now() - beganMs).toBeLessThan(3000)
  expect(answering.readyState).toBe(answering.OPEN)
})
