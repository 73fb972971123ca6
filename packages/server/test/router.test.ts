import type { TRPCClient } from '@trpc/client'
import { RuntailError, type ExecutionPage, type ExecutionsFrame, type FollowFrame, type LogPage } from '@runtail/core'
import { TRPCClientError } from '@trpc/client'
import { once } from 'node:events'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { Action, AppRouter, Principal } from '../src/index.ts'
import { createRouter } from '../src/router.ts'
import type { Services } from '../src/services.ts'
import { MemoryStore } from '../src/store/memory.ts'
import { log, logs, range } from './support/logs.ts'
import { connectClient, httpClient, startServer, type TestClient } from './support/server.ts'
import { follow, watch } from './support/subscribe.ts'

type Api = TRPCClient<AppRouter>

const run = { execution_id: 'run-1' }

async function withExecution(count: number): Promise<TestClient> {
  const client = connectClient((await startServer()).trpcUrl)
  await client.api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  if (count > 0) await client.api.logs.append.mutate({ ...run, logs: logs('run-1', 1, count) })
  return client
}

/** What a client is told of a call that fails. */
async function failure(call: Promise<unknown>): Promise<TRPCClientError<AppRouter>> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof TRPCClientError) return error as TRPCClientError<AppRouter>
  throw new Error('the call did not fail', { cause: error })
}

test('a client sees the shapes of core', () => {
  const subscribes = ({ logs: { follow }, executions: { watch } }: Api): void => {
    follow.subscribe(run, { onData: (frame) => expectTypeOf(frame).toExtend<{ id: string; data: FollowFrame }>() })
    watch.subscribe({}, { onData: (frame) => expectTypeOf(frame).toExtend<{ id: string; data: ExecutionsFrame }>() })
  }
  expectTypeOf(subscribes).toBeFunction()
  expectTypeOf<Awaited<ReturnType<Api['logs']['read']['query']>>>().toExtend<LogPage>()
  expectTypeOf<Awaited<ReturnType<Api['executions']['list']['query']>>>().toExtend<ExecutionPage>()
})

describe('calls', () => {
  test('create, get and list executions', async () => {
    const { api } = await withExecution(2)
    const again = await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    expect(again).toMatchObject({ id: 'run-1', head_seq: 2, status: 'running' })
    expect(await api.executions.get.query(run)).toStrictEqual(again)
    await api.executions.create.mutate({ id: 'run-2', workflow_id: 'w', name: 'Two', tags: ['a'] })
    const first = await api.executions.list.query({ limit: 1 })
    expect(first.executions.map(({ id }) => id)).toStrictEqual(['run-2'])
    const second = await api.executions.list.query({ limit: 1, before: first.next ?? 0 })
    expect(second.executions.map(({ id }) => id)).toStrictEqual(['run-1'])
    expect(second).not.toHaveProperty('next')
    expect(second.cursor).toMatch(/^[^:]+:\d+$/)
  })

  test('append and read logs', async () => {
    const { api } = await withExecution(5)
    const result = await api.logs.append.mutate({ ...run, logs: logs('run-1', 5, 7) })
    expect(result).toStrictEqual({ head: 7, accepted: 2, duplicates: 1 })
    const all = await api.logs.read.query(run)
    expect(all.logs.map(({ seq }) => seq)).toStrictEqual(range(1, 7))
    expect(all).toMatchObject({ from: 1, head: 7, cursor: expect.stringMatching(/:7$/) })
    expect(all.logs[0]).toStrictEqual({ ...log('run-1', 'run-1-1'), seq: 1 })
    expect(await api.logs.read.query({ ...run, after: 2, limit: 2 })).toMatchObject({
      from: 3,
      cursor: expect.stringMatching(/:4$/),
    })
    expect(await api.logs.read.query({ ...run, before: 6, limit: 2 })).toMatchObject({ from: 4, head: 7 })
    expect(await api.logs.read.query({ ...run, after: 7 })).toMatchObject({
      from: 0,
      logs: [],
      cursor: expect.stringMatching(/:7$/),
    })
    expect(await api.logs.read.query({ ...run, after: 99 })).toMatchObject({
      from: 0,
      logs: [],
      cursor: expect.stringMatching(/:7$/),
    })
  })

  test('follow from a tail, where no cursor says better', async () => {
    const { api } = await withExecution(5)
    const { cursor } = await api.logs.read.query({ ...run, limit: 1 })
    const firstOf = async (input: Parameters<typeof follow>[1]) => {
      const [first] = await follow(api, input).until((frames) => frames.length > 0)
      return first?.data.logs.map(({ seq }) => seq)
    }
    expect(await firstOf({ ...run, last: 2 })).toStrictEqual([4, 5])
    expect(await firstOf({ ...run, last: 0 })).toStrictEqual([])
    expect(await firstOf({ ...run, last: 2, after: 1 })).toStrictEqual([2, 3, 4, 5])
    expect(await firstOf({ ...run, last: 2, after: cursor })).toStrictEqual([2, 3, 4, 5])
    expect((await follow(api, { ...run, last: -1 }).error).data?.runtail.code).toBe('invalid_input')
  })

  test('say over HTTP what they say over a socket', async () => {
    const server = await startServer()
    const { api } = connectClient(server.trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })
    const http = httpClient(server.url)
    expect(await http.logs.read.query(run)).toStrictEqual(await api.logs.read.query(run))
    const [overHttp, overSocket] = await Promise.all(
      [http, api].map((client) => failure(client.executions.get.query({ execution_id: 'absent' }))),
    )
    expect(overHttp?.data).toStrictEqual(overSocket?.data)
    expect(overHttp?.message).toBe(overSocket?.message)
  })
})

describe('errors', () => {
  test('carry our code, whether to try again, and what to do', async () => {
    const { api } = await withExecution(0)
    const error = await failure(api.executions.get.query({ execution_id: 'absent' }))
    expect(error.message).toContain('absent')
    expect(error.data).toStrictEqual({
      code: 'NOT_FOUND',
      httpStatus: 404,
      path: 'executions.get',
      runtail: { code: 'not_found', retryable: false, data: { execution_id: 'absent' } },
    })
    const conflict = await failure(api.executions.create.mutate({ id: 'run-1', workflow_id: 'other' }))
    expect(conflict.data?.runtail.code).toBe('conflict')
  })

  test('name the field that is wrong, briefly', async () => {
    const { api } = await withExecution(0)
    const wrong = [log('run-1', 'a', { progress: 101 }), log('run-1', 'b'), log('run-1', 'c', { attempt: 0 })]
    const error = await failure(api.logs.append.mutate({ ...run, logs: wrong }))
    expect(error.data?.runtail).toMatchObject({ code: 'invalid_input', retryable: false })
    expect(error.message).toMatch(/^Invalid input: logs\[0\]\.progress: .*; logs\[2\]\.attempt: /)
    const key = 'k'.repeat(100_000)
    const long = await failure(api.executions.get.query({ ...run, [key]: 1 }))
    expect(long.message.length).toBeLessThan(1000)
    expect(JSON.stringify(long.data).length).toBeLessThan(2000)
  })

  test.each([
    ['no logs', { ...run, logs: [] }],
    ['too many logs', { ...run, logs: logs('run-1', 1, 1001) }],
    ['logs of another execution', { ...run, logs: [log('run-1', 'a'), log('run-2', 'b')] }],
  ])('refuse %s', async (_what, input) => {
    const { api } = await withExecution(0)
    expect((await failure(api.logs.append.mutate(input))).data?.runtail.code).toBe('invalid_input')
    expect(await api.executions.get.query(run)).toMatchObject({ head_seq: 0 })
  })

  test('say that something went wrong where the store gives what has no JSON', async () => {
    const store = new MemoryStore()
    const { trpcUrl } = await startServer({ store })
    const { api } = connectClient(trpcUrl)
    await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
    const execution = await store.get('run-1')
    Object.assign(store, { get: () => Promise.resolve({ ...execution, size: 1n }) })
    expect((await failure(api.executions.get.query(run))).data?.runtail.code).toBe('internal')
    const error = new RuntailError('conflict', { message: 'taken', data: { size: 1n } })
    Object.assign(store, { get: () => Promise.reject(error) })
    expect((await failure(api.executions.get.query(run))).data?.runtail.code).toBe('internal')
  })

  test('reach the client though the logger fails, which the process is warned of', async () => {
    const warned = once(process, 'warning')
    const { trpcUrl } = await startServer({
      authenticate: () => Promise.reject(new Error('nobody')),
      logger: {
        info() {},
        error() {},
        warn() {
          throw new Error('full disk')
        },
      },
    })
    const error = await failure(connectClient(trpcUrl).api.executions.get.query(run))
    expect(error.data?.runtail.code).toBe('unauthorized')
    expect(await warned).toMatchObject([{ name: 'RuntailWarning', message: 'The logger failed: Error: full disk' }])
  })

  test('of a subscription end it, with the same shape', async () => {
    const { api } = await withExecution(0)
    expect((await follow(api, { execution_id: 'absent' }).error).data).toMatchObject({
      path: 'logs.follow',
      runtail: { code: 'not_found' },
    })
    expect((await follow(api, { ...run, after: 'nonsense' }).error).data?.runtail.code).toBe('invalid_input')
  })
})

describe('the door', () => {
  type Call = (api: Api) => Promise<TRPCClientError<AppRouter>>
  /** A call that passes the schema, and the action that must be asked for. */
  const procedures: Record<string, { call: Call; action: Action; executionId?: string }> = {
    'executions.create': {
      call: (api) => failure(api.executions.create.mutate({ workflow_id: 'w' })),
      action: 'executions.create',
    },
    'executions.get': {
      call: (api) => failure(api.executions.get.query(run)),
      action: 'executions.read',
      executionId: 'run-1',
    },
    'executions.list': { call: (api) => failure(api.executions.list.query({})), action: 'executions.list' },
    'executions.watch': {
      call: (api) => watch(api).error,
      action: 'executions.list',
    },
    'logs.append': {
      call: (api) => failure(api.logs.append.mutate({ ...run, logs: [log('run-1', 'a')] })),
      action: 'logs.append',
      executionId: 'run-1',
    },
    'logs.read': { call: (api) => failure(api.logs.read.query(run)), action: 'logs.read', executionId: 'run-1' },
    'logs.follow': {
      call: (api) => follow(api, run).error,
      action: 'logs.read',
      executionId: 'run-1',
    },
  }
  // Nothing behind the door: whatever comes so far would fail with another error.
  const router = createRouter({} as unknown as Services)

  test('is known to stand before every procedure there is', () => {
    expect(Object.keys(router._def.procedures).toSorted()).toStrictEqual(Object.keys(procedures).toSorted())
  })

  test.each(Object.entries(procedures))('stands before %s', async (_path, { call, action, executionId }) => {
    const asked: unknown[] = []
    const authorize = (principal: Principal, ...rest: unknown[]): boolean => {
      asked.push([principal, ...rest])
      return false
    }
    const { trpcUrl } = await startServer({ authorize, authenticate: ({ token }) => ({ token }) })
    const { api } = connectClient(trpcUrl, { token: 't-1' })
    const error = await call(api)
    expect(error.data).toMatchObject({
      code: 'FORBIDDEN',
      runtail: { code: 'forbidden', retryable: false, data: { action } },
    })
    expect(asked).toStrictEqual([[{ token: 't-1' }, action, executionId]])
  })

  test('takes an authorize that throws for a no, and says so to the operator', async () => {
    const lines: string[] = []
    const { trpcUrl } = await startServer({
      authorize: () => Promise.reject(new Error('database down')),
      logger: { info() {}, warn: (line) => void lines.push(line), error() {} },
    })
    const error = await failure(connectClient(trpcUrl).api.executions.get.query(run))
    expect(error.data?.runtail.code).toBe('forbidden')
    expect(error.message).not.toContain('database')
    expect(lines).toStrictEqual([expect.stringContaining('executions.get')])
  })

  test('is shut in every call to whoever could not be authenticated, on a socket that stays usable', async () => {
    let authenticated = 0
    const server = await startServer({
      authenticate: ({ token }) => {
        authenticated += 1
        if (token !== 'good') throw new Error(`bad token ${token}`)
        return { name: 'somebody' }
      },
    })
    const bad = connectClient(server.trpcUrl, { token: 'bad' })
    for (const [path, { call }] of Object.entries(procedures)) {
      const error = await call(bad.api)
      expect(error.data).toMatchObject({
        code: 'UNAUTHORIZED',
        path,
        runtail: { code: 'unauthorized', retryable: false },
      })
      expect(error.message).not.toContain('bad token')
    }
    expect({ authenticated, sockets: bad.sockets.length }).toStrictEqual({ authenticated: 1, sockets: 1 })
    expect((await failure(httpClient(server.url, 'bad').executions.list.query({}))).data?.httpStatus).toBe(401)
    const good = connectClient(server.trpcUrl, { token: 'good' })
    expect(await good.api.executions.list.query({})).toMatchObject({ executions: [] })
    expect(await httpClient(server.url, 'good').executions.list.query({})).toMatchObject({ executions: [] })
  })
})
