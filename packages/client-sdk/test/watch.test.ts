// Live views on a real server: one execution as a growing snapshot, shared by its listeners; the list of executions.

import { LogBuffer } from '@runtail/core'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import { createViewer, type Watchable } from '../src/node/index.ts'
import { collect, connectClient, isEnd, until, upTo } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'

describe('one execution', () => {
  test('loads, is live, and has ended when all of it is held', async () => {
    const { url } = await startServer()
    const producer = connectClient(url).client
    const execution = await producer.startExecution({ workflow_id: 'w' })
    for (let index = 1; index <= 2000; index += 1) execution.log(`line ${index}`)
    await execution.flush()

    const { client } = connectClient(url)
    const watch = client.watch(execution.id)
    expect(watch.getSnapshot()).toMatchObject({ status: 'loading', execution: undefined, version: 0, head: 0 })
    const statuses = new Set<string>()
    watch.subscribe(() => statuses.add(watch.getSnapshot().status))
    const live = await until(watch, ({ status }) => status === 'live')
    expect(live.logs).toBeInstanceOf(LogBuffer)
    expect(live.completeness).toEqual({ first: 1, last: 2001, gaps: [], unloaded: [] })
    expect(live.execution).toMatchObject({ status: 'running', head_seq: 2001 })
    await execution.complete()
    const ended = await until(watch, ({ status }) => status === 'ended')
    expect(ended.logs).toBe(live.logs)
    expect(ended.version).toBeGreaterThan(live.version)
    expect(ended.logs.get(2002)).toMatchObject({ event: 'execution.completed' })
    expect(watch.getSnapshot()).toBe(ended)
    expect([...statuses]).toEqual(['loading', 'live', 'ended'])
  })

  test('is one stream for all who watch it, while anybody does', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const watch = client.watch(execution.id)
    expect(client.watch(execution.id)).toBe(watch)
    const [one, other] = [vi.fn<() => void>(), vi.fn<() => void>()]
    const leave = watch.subscribe(one)
    const leaveToo = watch.subscribe(other)
    await until(watch, ({ status }) => status === 'live')
    leave()
    const heard = one.mock.calls.length
    execution.log('a')
    await until(watch, ({ head }) => head === 2)
    expect(one.mock.calls.length).toBe(heard)
    expect(other.mock.calls.length).toBeGreaterThan(0)
    leaveToo()
    await pause(0)
    execution.log('b')
    await execution.flush()
    expect(watch.getSnapshot().head).toBe(2)
    // It goes on where it stopped.
    const { logs } = await until(watch, ({ head }) => head === 3)
    expect(logs.count).toBe(3)
  })

  test('tells its listeners rarely, however much comes', async () => {
    const { url } = await startServer()
    const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
    for (let index = 1; index <= 50_000; index += 1) execution.log(`line ${index}`)
    await execution.flush()
    const watch = connectClient(url).client.watch(execution.id)
    const listener = vi.fn<() => void>()
    watch.subscribe(listener)
    await until(watch, ({ status, logs }) => status === 'live' && logs.count === 50_001)
    // At most one for each frame of 256.
    expect(listener.mock.calls.length).toBeLessThan(50_000 / 256 + 5)
  })

  test('that nobody knows yet is looked for until it is there', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const watch = client.watch('soon')
    const { error } = await until(watch, ({ status }) => status === 'not_found')
    expect(error?.code).toBe('not_found')
    const seen = until(watch, ({ status, head }) => status === 'live' && head > 0)
    const execution = await client.startExecution({ workflow_id: 'w', id: 'soon' })
    await execution.flush()
    expect(await seen).toMatchObject({ head: 1, execution: { workflow_id: 'w' } })
    expect(watch.getSnapshot().error).toBeUndefined()
  })

  test('goes on through a lost connection', async () => {
    const { port, url } = await startServer()
    const proxy = await startProxy(port)
    const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const watch = connectClient(trpcUrl(proxy.port)).client.watch(execution.id)
    await until(watch, ({ status }) => status === 'live')
    proxy.goDown()
    for (let index = 1; index <= 100; index += 1) execution.log(`line ${index}`)
    await execution.complete()
    proxy.resume()
    const { logs, completeness } = await until(watch, ({ status }) => status === 'ended')
    expect(upTo(102).map((seq) => logs.has(seq))).not.toContain(false)
    expect(completeness.gaps).toEqual([])
  })

  test('whose store was wiped begins anew in the same buffer', async () => {
    const first = await startServer()
    const execution = await connectClient(first.url).client.startExecution({ workflow_id: 'w' })
    for (let index = 1; index <= 10; index += 1) execution.log(`line ${index}`)
    await execution.flush()
    const watch = connectClient(first.url).client.watch(execution.id)
    const leave = watch.subscribe(() => {})
    const before = await until(watch, ({ status }) => status === 'live')
    await first.server.close()
    await startServer({ port: first.port })
    execution.log('again')
    const after = await until(watch, ({ head }) => head === 1)
    expect(after.logs).toBe(before.logs)
    expect(after.completeness).toEqual({ first: 1, last: 1, gaps: [], unloaded: [] })
    expect(after.logs.messageAt(1)).toBe('again')
    leave()
  })
})

describe('the list', () => {
  test('shows what is there, what comes and how it goes on, newest first', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const start = async (workflow_id: string) => {
      const execution = await client.startExecution({ workflow_id })
      await execution.flush()
      return execution
    }
    const old = await start('old')
    const list = client.executions.watch()
    const leave = list.subscribe(() => {})
    expect(list.getSnapshot()).toMatchObject({ status: 'loading', executions: [] })
    await until(list, ({ status }) => status === 'live')
    await start('new')
    const names = ({ executions } = list.getSnapshot()) => executions.map((one) => one.workflow_id)
    await until(list, (snapshot) => names(snapshot).length === 2)
    expect(names()).toEqual(['new', 'old'])
    await old.complete()
    const { executions } = await until(list, (snapshot) =>
      snapshot.executions.some((one) => one.status === 'completed'),
    )
    expect(executions.map(({ status }) => status)).toEqual(['running', 'completed'])
    leave()
  })

  test('in pages', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    for (const index of upTo(25)) await (await client.startExecution({ workflow_id: `w${index}` })).complete()
    const list = client.executions.watch({ limit: 10 })
    const leave = list.subscribe(() => {})
    const first = await until(list, ({ status }) => status === 'live')
    expect(first.executions.map(({ workflow_id }) => workflow_id)).toEqual(
      upTo(25)
        .slice(15)
        .toReversed()
        .map((index) => `w${index}`),
    )
    expect(first.hasMore).toBe(true)
    await list.loadMore()
    await list.loadMore()
    const all = await until(list, ({ hasMore }) => !hasMore)
    expect(new Set(all.executions.map(({ id }) => id)).size).toBe(25)
    expect(await client.executions.list({ workflow_id: 'w3' })).toHaveLength(1)
    leave()
  })

  test('of one status lets go of what leaves it', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const list = client.executions.watch({ status: 'running' })
    const leave = list.subscribe(() => {})
    await until(list, ({ executions }) => executions.length === 1)
    await execution.complete()
    const left = await until(list, ({ executions }) => executions.length === 0)
    expect(left.status).toBe('live')
    leave()
  })

  test('goes on through a lost connection, and lists again after a wiped store', async () => {
    const first = await startServer()
    const proxy = await startProxy(first.port)
    const producer = connectClient(first.url).client
    await (await producer.startExecution({ workflow_id: 'one' })).complete()
    const list = connectClient(trpcUrl(proxy.port)).client.executions.watch()
    const leave = list.subscribe(() => {})
    await until(list, ({ executions }) => executions.length === 1)
    proxy.goDown()
    await (await producer.startExecution({ workflow_id: 'two' })).complete()
    proxy.resume()
    await until(list, ({ executions }) => executions.length === 2)
    await first.server.close()
    await startServer({ port: first.port })
    await (await producer.startExecution({ workflow_id: 'three' })).complete()
    const after = await until(list, ({ executions }) => executions.some((one) => one.workflow_id === 'three'))
    expect(after.executions).toHaveLength(1)
    leave()
  })
})

test('a callback that throws costs nobody else anything', async () => {
  const { url } = await startServer()
  for (const WebSocket of [globalThis.WebSocket, WsWebSocket]) {
    const { client, errors } = connectClient(url, { WebSocket })
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const problem = new Error('mine')
    const subscription = client.api.logs.follow.subscribe(
      { execution_id: execution.id },
      {
        onData: () => {
          throw problem
        },
      },
    )
    await execution.complete()
    const followed = await collect(client.follow(execution.id), isEnd)
    expect(followed.seqs).toEqual([1, 2])
    expect(errors.map(({ cause }) => cause)).toContain(problem)
    subscription.unsubscribe()
  }
})

test('a client that only reads does all of this, and ends', async () => {
  const { url } = await startServer()
  const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
  await execution.complete()
  const viewer = createViewer({ url })
  onTestFinished(async () => void (await viewer.close()))
  expect(await viewer.executions.list()).toHaveLength(1)
  await until(viewer.watch(execution.id), ({ status }) => status === 'ended')
  const following = collect(viewer.follow(execution.id), () => false)
  await until(viewer.connection, ({ status }) => status === 'connected')
  expect(await viewer.close()).toEqual({ unsent: 0, kept: 0 })
  await following
  expect(viewer.connection.status).toBe('disconnected')
})

test('the typed client is there for everything else, on the same connection', async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  const { client } = connectClient(trpcUrl(proxy.port))
  const execution = await client.startExecution({ workflow_id: 'w' })
  await execution.complete()
  const page = await client.api.logs.read.query({ execution_id: execution.id, before: 3, limit: 1 })
  expect(page.logs.map(({ event }) => event)).toEqual(['execution.completed'])
  await expect(client.api.executions.get.query({ execution_id: 'nobody' })).rejects.toMatchObject({
    name: 'TRPCClientError',
    data: { runtail: { code: 'not_found' } },
  })
  await collect(client.follow(execution.id), () => true)
  expect(proxy.accepted).toBe(1)
})

test('what can be watched is passed on as functions, as useSyncExternalStore wants them', async () => {
  const { url } = await startServer()
  const { client } = connectClient(url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  await execution.flush()
  const watchables: readonly Watchable<unknown>[] = [
    client.watch(execution.id),
    client.executions.watch(),
    client.connection,
    client.outbox,
  ]
  for (const { getSnapshot, subscribe } of watchables) {
    expect(getSnapshot()).toBe(getSnapshot())
    subscribe(() => {})()
  }
})
