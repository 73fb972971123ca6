// The procedures within a tRPC router of a service, with its own context, under tRPC's own adapters; and who may do what there, and below a path.

import { createTRPCClient, createWSClient, httpLink, TRPCClientError, wsLink, type TRPCClient } from '@trpc/client'
import { initTRPC, TRPCError } from '@trpc/server'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import express from 'express'
import fastify from 'fastify'
import { writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { WebSocketServer, WebSocket as WsWebSocket } from 'ws'
import type { Action, ContextOptions, Principal, RuntailContext, RuntailServer, ServerOptions } from '../src/index.ts'
import { temporaryFolder } from './support/folder.ts'
import { log, logs } from './support/logs.ts'
import { addressOf, listening, runtailServer, type Service } from './support/mounted.ts'
import { ask, closing, connectClient, httpClient } from './support/server.ts'
import { follow, watch } from './support/subscribe.ts'

const folder = temporaryFolder()
const run = { execution_id: 'run-1' }

interface User {
  readonly name: string
  readonly owns: readonly string[]
}

interface ServiceContext extends RuntailContext {
  readonly user: User | undefined
  /** Names of a service's own that ours must not get in the way of. */
  readonly socket: string
  readonly door: string
}

const USERS: Readonly<Record<string, User>> = {
  ann: { name: 'ann', owns: ['run-1'] },
  bob: { name: 'bob', owns: ['run-2'] },
}

/** Each one's own executions, and nobody's list. */
function ownersOnly(principal: Principal, action: Action, executionId?: string): boolean {
  const user = principal as User | undefined
  if (action === 'executions.create') return user !== undefined
  return executionId !== undefined && user?.owns.includes(executionId) === true
}

function userOf(request: IncomingMessage): User | undefined {
  return USERS[/user=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '']
}

const t = initTRPC.context<ServiceContext>().create()

/** The service's router: types included, it needs no server that is open. */
function routerOf(runtail: RuntailServer) {
  return t.router({
    runtail: runtail.router,
    me: t.procedure.query(({ ctx: { user, socket, door } }) => {
      if (user) return { name: user.name, socket, door }
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Who are you?' })
    }),
  })
}

type ServiceRouter = ReturnType<typeof routerOf>

type ToOptions = (req: IncomingMessage, info: unknown) => ContextOptions

/** A service's own context, with the part that ours asks for. */
function contextOf(runtail: RuntailServer, toOptions: ToOptions) {
  return async ({ req, info }: { req: IncomingMessage; info?: unknown }): Promise<ServiceContext> => ({
    user: userOf(req),
    socket: 'mine',
    door: 'mine too',
    ...(await runtail.createContext(toOptions(req, info))),
  })
}

const byPrincipal = (req: IncomingMessage): ContextOptions => ({ principal: userOf(req) })

/** A service with HTTP and sockets, as tRPC's pages show them. */
async function startService(runtail: RuntailServer, toOptions: ToOptions = byPrincipal): Promise<Service> {
  const [router, createContext] = [routerOf(runtail), contextOf(runtail, toOptions)]
  const server = createHttpServer(createHTTPHandler({ router, createContext }))
  const wss = new WebSocketServer({ server })
  applyWSSHandler({ wss, router, createContext })
  return await listening(server)
}

interface ServiceClient {
  readonly socket: TRPCClient<ServiceRouter>
  readonly http: TRPCClient<ServiceRouter>
}

function connect({ url, wsUrl }: Service, user = 'ann', connectionParams?: Record<string, string>): ServiceClient {
  const headers = { Cookie: `user=${user}` }
  const client = createWSClient({
    url: wsUrl,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        // Node's own takes headers, which browsers send by themselves.
        super(address, { headers } as unknown as string[])
      }
    } as typeof WebSocket,
    retryDelayMs: () => 10,
    ...(connectionParams && { connectionParams }),
  })
  onTestFinished(() => client.close())
  return {
    socket: createTRPCClient<ServiceRouter>({ links: [wsLink({ client })] }),
    http: createTRPCClient<ServiceRouter>({ links: [httpLink({ url, headers })] }),
  }
}

/** The code of ours, or of tRPC, with which a call fails. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.catch((thrown: unknown) => thrown)
  if (!(error instanceof TRPCClientError)) throw new Error('the call did not fail', { cause: error })
  const { data } = error as TRPCClientError<ServiceRouter>
  return data && 'runtail' in data ? data.runtail : data?.code
}

describe('a service that knows its users', () => {
  test('has our procedures beside its own, each with its own part of the context', async () => {
    const { socket, http } = connect(await startService(runtailServer({ authorize: ownersOnly })))
    for (const api of [socket, http]) {
      expect(await api.me.query()).toStrictEqual({ name: 'ann', socket: 'mine', door: 'mine too' })
      await api.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
      const { execution_id, logs: lines } = { ...run, logs: logs('run-1', 1, 3) }
      expect(await api.runtail.logs.append.mutate({ execution_id, logs: lines })).toMatchObject({ head: 3 })
      const page = await api.runtail.logs.read.query(run)
      expectTypeOf(page.logs[0]?.level).toEqualTypeOf<'debug' | 'error' | 'info' | 'warning' | undefined>()
      expect(page.logs.map(({ seq }) => seq)).toStrictEqual([1, 2, 3])
    }
  })

  test('has subscriptions that go on, and resume', async () => {
    const { socket } = connect(await startService(runtailServer()))
    const { runtail } = socket
    const changes = watch(runtail)
    await changes.until((frames) => frames.length > 0)
    await runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const first = follow(runtail, run)
    await first.until((frames) => frames.length === 1)
    await runtail.logs.append.mutate({ ...run, logs: logs('run-1', 1, 2) })
    const frames = await first.until((all) => all.at(-1)?.data.head === 2)
    first.unsubscribe()
    await runtail.logs.append.mutate({ ...run, logs: logs('run-1', 3, 3) })
    const rest = follow(runtail, { ...run, after: frames.at(-1)?.id ?? '' })
    const [frame] = await rest.until((all) => all.length > 0)
    expect(frame?.data).toMatchObject({ from: 3, logs: [{ seq: 3 }], head: 3 })
    const known = await changes.until((all) => all.at(-1)?.data.executions[0]?.head_seq === 3)
    expect(known.at(-1)?.data.executions).toMatchObject([{ id: 'run-1' }])
  })

  test('lets each see what is theirs', async () => {
    const service = await startService(runtailServer({ authorize: ownersOnly }))
    const { ann, bob, nobody } = {
      ann: connect(service),
      bob: connect(service, 'bob'),
      nobody: connect(service, 'nobody'),
    }
    await ann.socket.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await ann.socket.runtail.logs.append.mutate({ ...run, logs: [log('run-1', 'a')] })
    const forbidden = { code: 'forbidden', retryable: false }
    for (const api of [bob.socket, bob.http]) {
      expect(await refusal(api.runtail.logs.read.query(run))).toMatchObject(forbidden)
      expect(await refusal(api.runtail.executions.get.query(run))).toMatchObject(forbidden)
      expect(await refusal(api.runtail.executions.list.query())).toMatchObject(forbidden)
    }
    const following = follow(bob.socket.runtail, run)
    expect((await following.error).data).toMatchObject({ runtail: { code: 'forbidden' } })
    expect(await refusal(nobody.http.me.query())).toBe('UNAUTHORIZED')
    expect(await refusal(nobody.http.runtail.executions.create.mutate({ workflow_id: 'w' }))).toMatchObject(forbidden)
    expect(await ann.http.runtail.executions.get.query(run)).toMatchObject({ head_seq: 1 })
  })
})

describe('a service that leaves it to authenticate', () => {
  test('passes on what tRPC tells: the token of a socket, or of a request', async () => {
    const authenticate: ServerOptions['authenticate'] = ({ token }) => {
      if (token === 'of-ann') return USERS['ann']
      throw new Error('unknown token')
    }
    const runtail = runtailServer({ authenticate, authorize: ownersOnly })
    const service = await startService(runtail, (req, info) => ({ req, info: info as never }))
    const good = connect(service, 'ann', { token: 'of-ann' })
    await good.socket.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    expect(await refusal(good.http.runtail.executions.get.query(run))).toMatchObject({ code: 'unauthorized' })
    const bad = connect(service, 'ann', { token: 'of-nobody' })
    expect(await refusal(bad.socket.runtail.executions.get.query(run))).toMatchObject({ code: 'unauthorized' })
    const headers = { Authorization: 'Bearer of-ann' }
    const api = createTRPCClient<ServiceRouter>({ links: [httpLink({ url: service.url, headers })] })
    expect(await api.runtail.executions.get.query(run)).toMatchObject({ id: 'run-1' })
  })
})

describe("under other frameworks' adapters", () => {
  test('Express', async () => {
    const runtail = runtailServer()
    const app = express()
    const trpc = createExpressMiddleware({ router: routerOf(runtail), createContext: contextOf(runtail, byPrincipal) })
    app.use('/api', trpc)
    const { url } = await listening(createHttpServer(app))
    const api = createTRPCClient<ServiceRouter>({ links: [httpLink({ url: `${url}/api` })] })
    await api.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    expect(await api.runtail.executions.list.query()).toMatchObject({ executions: [{ id: 'run-1' }] })
  })

  test('Fastify', async () => {
    const runtail = runtailServer()
    const app = fastify({ routerOptions: { maxParamLength: 5000 } })
    await app.register(fastifyTRPCPlugin, {
      prefix: '/api',
      trpcOptions: {
        router: routerOf(runtail),
        createContext: ({ req, info }) => contextOf(runtail, byPrincipal)({ req: req.raw, info }),
      },
    } satisfies FastifyTRPCPluginOptions<ServiceRouter>)
    onTestFinished(() => app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const api = createTRPCClient<ServiceRouter>({ links: [httpLink({ url: `${addressOf(app.server).url}/api` })] })
    await api.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    expect(await api.runtail.executions.list.query()).toMatchObject({ executions: [{ id: 'run-1' }] })
  })
})

describe('the end, and what is wrong', () => {
  test('followers are told to come back, and so are calls, and new ones', async () => {
    const runtail = runtailServer()
    const service = await startService(runtail)
    const { socket } = connect(service)
    await socket.runtail.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const following = follow(socket.runtail, run)
    await following.until((frames) => frames.length > 0)
    const ended = Promise.race([following.error, following.completed])
    await runtail.close()
    expect(await ended).toMatchObject({ data: { runtail: { code: 'store_unavailable', retryable: true } } })
    const stopping = { code: 'store_unavailable', retryable: true }
    expect(await refusal(socket.runtail.executions.get.query(run))).toMatchObject(stopping)
    expect(await refusal(connect(service).http.runtail.executions.get.query(run))).toMatchObject(stopping)
    expect(await socket.me.query()).toMatchObject({ name: 'ann' })
  })

  test('a store that cannot be opened shows in calls, and leaves the rest of the service alone', async () => {
    const runtail = runtailServer({ store: 'sqlite', dataDir: folder('file/in-it') })
    await writeFile(folder('file'), '')
    const { socket, http } = connect(await startService(runtail))
    expect(await socket.me.query()).toMatchObject({ name: 'ann' })
    for (const api of [socket, http]) {
      expect(await refusal(api.runtail.executions.get.query(run))).toMatchObject({ code: 'store_unavailable' })
    }
  })

  test('a context without our part says what is missing', async () => {
    const router = routerOf(runtailServer())
    const caller = router.createCaller({ user: undefined, socket: '', door: '' } as unknown as ServiceContext)
    await expect(caller.runtail.executions.get(run)).rejects.toThrow(/createContext/)
  })
})

describe('who may do what below a path', () => {
  test('is said by cookies, as in the rest of the service, and by tokens', async () => {
    const runtail = runtailServer({
      authenticate: ({ request, token }) => userOf(request) ?? USERS[token ?? ''],
      authorize: ownersOnly,
    })
    const server = createHttpServer()
    runtail.attach(server)
    const { port, url, wsUrl } = await listening(server)
    const ann = connectClient(`${wsUrl}/runtail/trpc`, { token: 'ann' }).api
    await ann.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await ann.logs.append.mutate({ ...run, logs: [log('run-1', 'a')] })
    const bob = connectClient(`${wsUrl}/runtail/trpc`, { token: 'bob' }).api
    expect((await follow(bob, run).error).data).toMatchObject({ runtail: { code: 'forbidden' } })
    expect(await refusal(httpClient(`${url}/runtail`, 'bob').logs.read.query(run))).toMatchObject({ code: 'forbidden' })
    const input = encodeURIComponent(JSON.stringify(run))
    const statuses = ['ann', 'bob'].map(async (user) => {
      const headers = { Cookie: `user=${user}` }
      const { status } = await ask({ port }, `/runtail/trpc/logs.read?input=${input}`, { headers })
      return status
    })
    expect(await Promise.all(statuses)).toStrictEqual([200, 403])
    const plain = new WsWebSocket(`${wsUrl}/runtail/ws/executions/run-1/logs`, { headers: { Cookie: 'user=bob' } })
    const { code } = await closing(plain)
    expect(code).toBe(4403)
  })
})
