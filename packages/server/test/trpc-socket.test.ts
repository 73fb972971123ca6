// Our handler of tRPC's WebSocket protocol beside tRPC's own, over the same router: whatever a client sends, it must see the same.

import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { DEFAULTS } from '../src/index.ts'
import { LocalBus } from '../src/bus/local.ts'
import { ExecutionFeed } from '../src/execution-feed.ts'
import { Feed } from '../src/feed.ts'
import { flowSocketClass, type FlowSocket } from '../src/flow-socket.ts'
import { Ingest } from '../src/ingest.ts'
import { silentLogger } from '../src/logger.ts'
import { CallsUnderWay } from '../src/quota.ts'
import { createRouter } from '../src/router.ts'
import { bearerToken, Sessions } from '../src/sessions.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { TrpcSocket } from '../src/trpc-socket.ts'
import { created, log, logs } from './support/logs.ts'

const HANDLERS = ['ours', 'stock'] as const
type Handler = (typeof HANDLERS)[number]

const MAX_CALLS = 3
const MAX_SUBSCRIPTIONS = 2

/** A message: one of us, or bytes as they are. */
type Sent = object | string | Buffer

/** What a client does, one message after what the one before brings. */
interface Step {
  readonly send: Sent
  /** How many messages that brings. @default 1 */
  readonly brings?: number
}

/** Serves an execution `run-1` with logs 1 to 5, beside an empty `run-2`; the token `bad` is nobody's, and `run-2` is not to be read. */
async function serve(handler: Handler): Promise<{ url: string; epoch: string }> {
  const made = { store: new MemoryStore(), bus: new LocalBus() }
  await made.store.create(created('run-1'))
  await made.store.create(created('run-2'))
  await made.store.append([{ execution_id: 'run-1', logs: logs('run-1', 1, 5) }])
  const services = { ...made, ingest: new Ingest(made), feed: new Feed(made), executionFeed: new ExecutionFeed(made) }
  const router = createRouter(services)
  const sessions = new Sessions({
    authenticate: ({ token }) => {
      if (token === 'bad') throw new Error('nobody')
    },
    authorize: (_principal, action, id) => action !== 'logs.read' || id !== 'run-2',
    calls: new CallsUnderWay(),
    limits: { callsPerSocket: 100, subscriptionsPerSocket: MAX_SUBSCRIPTIONS },
    logger: silentLogger,
  })
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', WebSocket: flowSocketClass(DEFAULTS.flow) })
  const stock = getWSConnectionHandler({
    wss,
    router,
    maxBatchSize: MAX_CALLS,
    createContext: async ({ req, info }) => ({
      runtail: await sessions.open({ token: info.connectionParams?.['token'] ?? bearerToken(req), request: req }),
    }),
  })
  const ours = {
    router,
    services,
    sessions,
    limits: { callsPerMessage: MAX_CALLS, callsPerSocket: 100 },
    onError: () => undefined,
  }
  wss.on('connection', (socket: FlowSocket, request: IncomingMessage) => {
    socket.tcp = request.socket
    if (handler === 'stock') stock(socket, request)
    else new TrpcSocket(ours, socket, request)
  })
  await once(wss, 'listening')
  onTestFinished(() => {
    services.feed.close()
    services.executionFeed.close()
    for (const client of wss.clients) client.terminate()
    wss.close()
  })
  return { url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}`, epoch: made.store.epoch }
}

/** What a client sees of a handler: the messages, those under each id in their order, and with which code the socket ends where it does. */
async function seen(handler: Handler, { query = '', steps, isClosed = false }: Scenario): Promise<unknown> {
  const { url, epoch } = await serve(handler)
  const socket = new WebSocket(url + query)
  onTestFinished(() => socket.terminate())
  const received: string[] = []
  let wake = (): void => {}
  socket.on('message', (data: Buffer) => {
    received.push(data.toString().replaceAll(epoch, 'EPOCH'))
    wake()
  })
  const closed = once(socket, 'close')
  await once(socket, 'open')
  let expected = 0
  // The last step shows that nothing else comes.
  for (const { send, brings = 1 } of isClosed ? steps : [...steps, { send: PING }]) {
    socket.send(
      typeof send === 'string' || Buffer.isBuffer(send) ? send : JSON.stringify(send).replaceAll('EPOCH', epoch),
    )
    expected += brings
    while (received.length < expected) await new Promise<void>((resolve) => (wake = resolve))
  }
  const code = isClosed ? ((await closed) as [number])[0] : undefined
  const parsed = received.map((text) => (text === 'PONG' ? { id: text } : (JSON.parse(text) as { id: unknown })))
  return { code, received: Object.fromEntries(Map.groupBy(parsed, ({ id }) => JSON.stringify(id))) }
}

interface Scenario {
  /** Behind the URL. */
  readonly query?: string
  readonly steps: readonly Step[]
  /** Whether the server closes the socket. @default false */
  readonly isClosed?: boolean
}

const PING = 'PING'
const call = (id: unknown, method: string, path: unknown, input?: unknown) => ({ id, method, params: { path, input } })
const list = (id: unknown) => call(id, 'query', 'executions.list', { limit: 1 })
const append = (id: unknown, input: unknown) => call(id, 'mutation', 'logs.append', input)
const follow = (id: unknown, input: unknown, lastEventId?: unknown) => ({
  id,
  method: 'subscription',
  params: { path: 'logs.follow', input, lastEventId },
})
const watch = (id: unknown, input: unknown) => call(id, 'subscription', 'executions.watch', input)
const stop = (id: unknown) => ({ id, method: 'subscription.stop' })
const one = (send: Sent, brings = 1): Scenario => ({ steps: [{ send, brings }] })
const run = { execution_id: 'run-1' }
const absent = { execution_id: 'absent' }

const CASES: Record<string, Scenario> = {
  'a query': one(call(1, 'query', 'executions.get', run)),
  'a query that fails': one(call(1, 'query', 'executions.get', absent)),
  'a query without input': one(call(1, 'query', 'executions.list')),
  'a page of logs': one(call(1, 'query', 'logs.read', { ...run, after: 1, limit: 2 })),
  'a page without logs': one(call(1, 'query', 'logs.read', { ...run, after: 9 })),
  'a mutation': one(call(1, 'mutation', 'executions.create', { ...created('run-3'), id: 'run-3' })),
  'a mutation that conflicts': one(call(1, 'mutation', 'executions.create', { id: 'run-1', workflow_id: 'other' })),
  'what is not allowed': one(call(1, 'query', 'logs.read', { execution_id: 'run-2' })),

  'an id that is a text': one(list('a "text"')),
  'an id of nothing': one(list('')),
  'an id of zero': one(list(0)),
  'an id that is null': one(list(null)),
  'a version of JSON-RPC': one({ ...list(1), jsonrpc: '2.0' }),
  'a version of JSON-RPC, and an error': one({ ...call(1, 'query', 'executions.get', absent), jsonrpc: '2.0' }),
  'a version of JSON-RPC, and a subscription': one({ ...follow(1, run), jsonrpc: '2.0' }, 2),
  'another version of JSON-RPC': one({ ...list(1), jsonrpc: '1.0' }),
  'no id': one(list(undefined)),
  'an id that is an object': one(list({})),
  'no JSON': one('{'),
  nothing: one(''),
  null: one('null'),
  'a number': one('5'),
  'no calls': one('[]', 0),
  'a ping that is JSON': one('"PING"'),
  'a ping in pieces of JSON': one('[PING]'),
  'an answer to a ping': one('PONG', 0),
  'JSON that is deep': one('['.repeat(500_000) + ']'.repeat(500_000)),
  'JSON that is deep, and never ends': one('{"a":'.repeat(200_000)),
  'a binary frame': one(Buffer.from(JSON.stringify(list(1)))),
  'a binary ping': one(Buffer.from('PING')),
  'an unknown method': one(call(1, 'constructor', 'executions.list')),
  'no method': one({ id: 1, params: { path: 'executions.list' } }),
  'no params': one({ id: 1, method: 'query' }),
  'params that are none': one({ id: 1, method: 'query', params: [] }),
  'a path that is no text': one(call(1, 'query', 5)),
  'a cursor that is no text': one(follow(1, run, 5)),
  ...Object.fromEntries(
    ['nothing', '', 'logs', 'logs.append.more', '__proto__', 'constructor', 'toString', 'logs/append'].map((path) => [
      `an unknown path, ${path}`,
      {
        steps: [
          { send: call(1, 'query', path) },
          { send: call(2, 'mutation', path) },
          { send: call(3, 'subscription', path) },
        ],
      },
    ]),
  ),
  ...Object.fromEntries(
    ['executions.get', 'logs.append', 'logs.follow', 'executions.watch'].flatMap((path) =>
      ['query', 'mutation', 'subscription'].map((method) => [
        `${path} without input, as ${method}`,
        one(call(1, method, path), 1),
      ]),
    ),
  ),

  'calls in one message': one([list(1), call(2, 'query', 'executions.get', absent), append(3, {})], 3),
  'appends in one message': one(
    [1, 2, 3].map((n) => append(n, { execution_id: 'run-2', logs: [log('run-2', `log-${n}`)] })),
    3,
  ),
  'too many calls in one message': one([list(1), { ...list('b'), jsonrpc: '2.0' }, stop(3), list({}), 5, null], 2),
  'too many of what is no call': one([stop(1), 2, [], null]),
  'one that is no call among others': one([list(1), { id: 2 }]),

  logs: { steps: [{ send: append(1, { ...run, logs: logs('run-1', 6, 8) }) }, { send: list(2) }] },
  'logs that are known': one(append(1, { ...run, logs: logs('run-1', 4, 6) })),
  'logs of an unknown execution': one(append(1, { ...absent, logs: [log('absent', 'a')] })),
  'logs of another execution': one(append(1, { ...run, logs: [log('run-1', 'a'), log('run-2', 'b')] })),
  'logs that are wrong': one(append(1, { ...run, logs: [log('run-1', 'a', { progress: 101 })] })),
  'no logs': one(append(1, { ...run, logs: [] })),
  'logs that are none': one(append(1, { ...run, logs: 'none' })),
  'an unknown key beside logs': one(append(1, { ...run, logs: logs('run-1', 6, 6), more: 1 })),
  'an append that goes on somewhere': one({
    id: 1,
    method: 'mutation',
    params: { path: 'logs.append', input: { ...run, logs: logs('run-1', 6, 6) }, lastEventId: 'a' },
  }),

  'a follower': one(follow(1, run), 2),
  'a follower with a cursor': one(follow(1, { ...run, after: 'EPOCH:3' }), 2),
  'a follower with a seq': one(follow(1, { ...run, after: 4 }), 2),
  'a follower at the head': one(follow(1, { ...run, after: 5 }), 2),
  'a follower beyond the head': one(follow(1, { ...run, after: 6 }), 2),
  'a follower of another store': one(follow(1, { ...run, after: 'elsewhere:3' }), 2),
  'a follower of a tail': one(follow(1, { ...run, last: 2 }), 2),
  'a follower that resumes': one(follow(1, { ...run, after: 1 }, 'EPOCH:4'), 2),
  'a follower that resumes, though its input says otherwise': one(
    follow(1, { ...run, lastEventId: 'EPOCH:1' }, 'EPOCH:4'),
    2,
  ),
  'a follower that resumes without input': one(follow(1, undefined, 'EPOCH:4')),
  'a follower that resumes with an input that is none': one(follow(1, 'run-1', 'EPOCH:4')),
  'a follower that resumes from nothing': one(follow(1, run, '')),
  'a follower of an unknown execution': one(follow(1, absent), 3),
  'a follower with a cursor that is none': one(follow(1, { ...run, after: 'nonsense' })),
  'a follower that may not': one(follow(1, { execution_id: 'run-2' })),
  'a follower that hears what comes': {
    steps: [
      { send: follow(1, run), brings: 2 },
      { send: append(2, { ...run, logs: logs('run-1', 6, 7) }), brings: 2 },
      { send: append(3, { ...run, logs: logs('run-1', 8, 8) }), brings: 2 },
    ],
  },
  'a follower that leaves': {
    steps: [
      { send: follow(1, run), brings: 2 },
      { send: stop(1) },
      { send: append(2, { ...run, logs: logs('run-1', 6, 7) }) },
      { send: stop(1), brings: 0 },
      { send: follow(1, { ...run, last: 1 }), brings: 2 },
    ],
  },
  'a follower that leaves in the message in which it comes': one([follow(1, run), stop(1)]),
  'a watcher that leaves in the message in which it comes': one([watch(1, {}), stop(1)]),
  'two of an id': {
    steps: [
      { send: follow(1, run), brings: 2 },
      { send: follow(1, run) },
      { send: watch(1, {}) },
      { send: list(1) },
      { send: append(2, { ...run, logs: logs('run-1', 6, 7) }), brings: 2 },
      { send: stop(1) },
    ],
  },
  'the end of what never began': {
    steps: [
      { send: stop(7), brings: 0 },
      { send: list(7) },
      { send: stop(7), brings: 0 },
      { send: stop('7'), brings: 0 },
    ],
  },
  'more subscriptions than allowed': {
    steps: [
      { send: follow(1, run), brings: 2 },
      { send: watch(2, {}), brings: 2 },
      { send: follow(3, run), brings: 3 },
      { send: watch(4, {}), brings: 3 },
      { send: stop(2) },
      { send: follow(3, run), brings: 2 },
      { send: stop(1) },
      { send: follow(1, run), brings: 2 },
    ],
  },
  'followers that fail, one after another': {
    steps: [1, 2, 3].map((id) => ({ send: follow(id, absent), brings: 3 })),
  },
  'a watcher': one(watch(1, {}), 2),
  'a watcher with a cursor that is none': one(watch(1, { after: 'nonsense' })),
  'a watcher that hears what changes, and leaves': {
    steps: [
      { send: watch(1, {}), brings: 2 },
      { send: append(2, { execution_id: 'run-2', logs: [log('run-2', 'a')] }), brings: 2 },
      { send: stop(1) },
    ],
  },

  parameters: {
    query: '/trpc?connectionParams=1',
    steps: [{ send: { method: 'connectionParams', data: { token: 'good' } }, brings: 0 }, { send: list(1) }],
  },
  'parameters of nobody': {
    query: '?connectionParams=1',
    steps: [
      { send: { method: 'connectionParams', data: { token: 'bad' } }, brings: 0 },
      { send: [list(1), append(2, { ...run, logs: logs('run-1', 6, 7) }), follow(3, run)], brings: 3 },
    ],
  },
  'parameters that come twice': {
    query: '?connectionParams=1',
    steps: [
      { send: { method: 'connectionParams', data: { token: 'good' } }, brings: 0 },
      { send: { method: 'connectionParams', data: { token: 'bad' } } },
      { send: list(1) },
    ],
  },
  'parameters that nobody has announced': {
    steps: [{ send: { method: 'connectionParams', data: { token: 'bad' } } }, { send: list(1) }],
  },
  'parameters in place of which a call comes': {
    query: '?connectionParams=1',
    steps: [{ send: list(1) }],
    isClosed: true,
  },
  'parameters in a binary frame': {
    query: '?connectionParams=1',
    steps: [{ send: Buffer.from('{"method":"connectionParams","data":{"token":"good"}}') }],
    isClosed: true,
  },
  'parameters of null': {
    query: '?connectionParams=1',
    steps: [{ send: PING }, { send: { method: 'connectionParams', data: null }, brings: 0 }, { send: list(1) }],
  },
  ...Object.fromEntries(
    ['{', '5', 'null', '[]', '{}', '{"data":5}', '{"data":{"token":5}}', '{"data":[]}'].map((send) => [
      `parameters that are none, ${send}`,
      { query: '/?connectionParams=1', steps: [{ send }], isClosed: true },
    ]),
  ),
}

describe('sees the same of our handler as of the stock one:', () => {
  test.each(Object.entries(CASES))('%s', async (_name, scenario) => {
    const [ours, stock] = await Promise.all(HANDLERS.map((handler) => seen(handler, scenario)))
    expect(ours).toStrictEqual(stock)
  })
})
