// The router within another service's router, under tRPC's own adapters, which know nothing of our sockets.

import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { allowAll } from '../src/index.ts'
import { LocalBus } from '../src/bus/local.ts'
import { ExecutionFeed } from '../src/execution-feed.ts'
import { Feed } from '../src/feed.ts'
import { Ingest } from '../src/ingest.ts'
import { silentLogger } from '../src/logger.ts'
import { CallsUnderWay } from '../src/quota.ts'
import { createRouter } from '../src/router.ts'
import { Sessions } from '../src/sessions.ts'
import { MemoryStore } from '../src/store/memory.ts'
import type { RuntailContext } from '../src/trpc.ts'
import { logs } from './support/logs.ts'

const run = { execution_id: 'run-1' }

interface ServiceContext extends RuntailContext {
  readonly user: string
}

/** A service that has procedures, errors and a context of its own. */
async function startService() {
  const made = { store: new MemoryStore(), bus: new LocalBus() }
  const services = { ...made, ingest: new Ingest(made), feed: new Feed(made), executionFeed: new ExecutionFeed(made) }
  const sessions = new Sessions({
    authenticate: () => undefined,
    authorize: allowAll,
    calls: new CallsUnderWay(),
    limits: { callsPerSocket: 10, subscriptionsPerSocket: 10 },
    logger: silentLogger,
  })
  const t = initTRPC.context<ServiceContext>().create()
  const router = t.router({ runtail: createRouter(services), whoAmI: t.procedure.query(({ ctx }) => ctx.user) })
  const createContext = async ({ req }: { req: IncomingMessage }): Promise<ServiceContext> => ({
    runtail: await sessions.open({ token: undefined, request: req }),
    user: 'somebody',
  })
  const server = createHTTPServer({ router, createContext })
  const wss = new WebSocketServer({ server })
  applyWSSHandler({ wss, router, createContext })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    services.feed.close()
    services.executionFeed.close()
    server.close()
    wss.close()
  })
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createWSClient({ url: `ws://${address}`, WebSocket: globalThis.WebSocket })
  onTestFinished(() => client.close())
  const api = createTRPCClient<typeof router>({ links: [wsLink({ client })] })
  await api.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  await api.runtail.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })
  return { router, services, sessions, api, address }
}

test('frames and pages are plain values under the stock WebSocket adapter', async () => {
  const { api } = await startService()
  expect(await api.whoAmI.query()).toBe('somebody')
  const page = await api.runtail.logs.read.query(run)
  const frames: unknown[] = []
  await new Promise<void>((resolve, reject) => {
    const following = api.runtail.logs.follow.subscribe(
      { ...run, after: 1 },
      {
        onData: ({ id, data }) => {
          frames.push({ id, ...data })
          if (frames.length === 1) api.runtail.logs.append.mutate({ ...run, logs: logs('run-1', 4, 4) }).catch(reject)
          else resolve(following.unsubscribe())
        },
        onError: reject,
      },
    )
  })
  expect(frames).toMatchObject([
    { id: page.cursor, from: 2, head: 3, logs: page.logs.slice(1) },
    { id: page.cursor.replace(/3$/, '4'), from: 4, head: 4, logs: [{ seq: 4 }] },
  ])
  const changes = await new Promise<unknown>((resolve, reject) => {
    const watching = api.runtail.executions.watch.subscribe(
      {},
      {
        onData: ({ data }) => resolve([data, watching.unsubscribe()][0]),
        onError: reject,
      },
    )
  })
  expect(changes).toStrictEqual({ executions: [] })
})

test('errors keep our shape in a router that has another', async () => {
  const { api } = await startService()
  await expect(api.runtail.executions.get.query({ execution_id: 'absent' })).rejects.toMatchObject({
    shape: {
      data: { code: 'NOT_FOUND', path: 'runtail.executions.get', runtail: { code: 'not_found', retryable: false } },
    },
  })
})

test('frames are events of a stream over HTTP', async () => {
  const { address } = await startService()
  const leaving = new AbortController()
  const url = `http://${address}/runtail.logs.follow?input=${encodeURIComponent(JSON.stringify(run))}`
  const { body } = await fetch(url, { signal: leaving.signal })
  let text = ''
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    if (/"head":3.*\nid: .*:3\n/.test(text)) break
  }
  leaving.abort()
  expect(text).toContain('"from":1,"logs":[{"')
})

test('a caller in the same process follows too, and leaves by ending its loop', async () => {
  const { router, sessions, services } = await startService()
  const runtail = await sessions.open({ token: undefined, request: {} as IncomingMessage })
  const caller = router.createCaller({ runtail, user: 'me' })
  for await (const frame of await caller.runtail.logs.follow({ ...run, last: 1 })) {
    expect(frame).toMatchObject([expect.stringMatching(/:3$/), { from: 3, head: 3 }, expect.anything()])
    break
  }
  expect(services.feed.size).toBe(0)
})
