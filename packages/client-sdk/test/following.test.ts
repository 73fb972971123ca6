// What a program does with followers: begin where it likes, take what it wants, wait for an end, and leave; on a real server, with nothing left open.

import type { ExecutionLog, LogLevel } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import type { ExecutionHandle, FollowOptions, FollowUpdate, RuntailClient } from '../src/index.ts'
import { collect, connectClient, isEnd, keepCutting, until, upTo } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { dataFolder, startServer, trpcUrl } from './support/server.ts'

/** A WebSocket that tells what went out: `subscription logs.follow`, `stop`, … */
function recorder(): { WebSocket: typeof WsWebSocket; sent: { readonly what: string; readonly input?: unknown }[] } {
  const sent: { readonly what: string; readonly input?: unknown }[] = []
  class Recording extends WsWebSocket {
    override send(data: string): void {
      if (data.startsWith('{"id"')) {
        const { method, params } = JSON.parse(data) as { method: string; params?: { path: string; input?: unknown } }
        sent.push({ what: params === undefined ? method : `${method} ${params.path}`, input: params?.input })
      }
      super.send(data)
    }
  }
  return { WebSocket: Recording as typeof WsWebSocket, sent }
}

async function started(client: RuntailClient, lines = 0): Promise<ExecutionHandle> {
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (let index = 1; index <= lines; index += 1) execution.log(`line ${index}`)
  await execution.flush()
  return execution
}

describe('where a follower begins', () => {
  test.each<[string, FollowOptions, number[]]>([
    ['at the start', {}, upTo(10)],
    ['after a seq', { after: 7 }, [8, 9, 10]],
    ['with the last ones', { last: 2 }, [9, 10]],
    ['with more than there are', { last: 99 }, upTo(10)],
    ['with what comes', { last: 0 }, []],
    ['where it stood, which goes before the last ones', { after: 8, last: 1 }, [9, 10]],
  ])('%s', async (_name, options, seqs) => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await started(client, 9)
    const following = collect(client.follow(execution.id, options), isEnd)
    const first = await collect(client.follow(execution.id, options), () => true)
    expect(first.seqs).toEqual(seqs)
    expect(first.updates[0]).toMatchObject({ head: 10, gaps: [], reset: false, execution: { status: 'running' } })
    await execution.complete()
    expect((await following).seqs).toEqual([...seqs, 11])
  })

  test('at a cursor that it saved, in another process of the server', async () => {
    const dataDir = await dataFolder()
    const first = await startServer({ store: 'sqlite', dataDir })
    const execution = await started(connectClient(first.url).client, 9)
    const { updates } = await collect(connectClient(first.url).client.follow(execution.id), ({ head }) => head === 10)
    const cursor = JSON.parse(JSON.stringify(updates.at(-1)?.cursor)) as string
    await first.server.close()
    const { url } = await startServer({ store: 'sqlite', dataDir, port: first.port })
    await execution.complete()
    const rest = await collect(connectClient(url).client.follow(execution.id, { after: cursor }), isEnd)
    expect(rest.seqs).toEqual([11])
    expect(rest.updates.some(({ reset }) => reset)).toBe(false)
  })
})

describe('filters', () => {
  const levels: readonly LogLevel[] = ['warning', 'error']

  test.each<[string, FollowOptions, (log: ExecutionLog) => boolean, number]>([
    ['levels', { levels }, ({ level }) => levels.includes(level), 3],
    ['steps', { steps: ['save'] }, ({ step_name }) => step_name === 'save', 3],
    ['both', { levels, steps: ['load', 'save'] }, ({ step_name, level }) => step_name !== 'w' && level !== 'info', 2],
    ['none of them', { levels: [] }, () => false, 0],
  ])('by %s leave lines out, and nothing else', async (_name, filter, isWanted, count) => {
    const { client } = connectClient((await startServer()).url)
    const execution = await started(client)
    // The last line may be one of those that are left out.
    const isOver = ({ execution: { completed_at: end }, cursor, head }: FollowUpdate): boolean =>
      end !== undefined && cursor.endsWith(`:${head}`)
    const following = collect(client.follow(execution.id, filter), isOver)
    await execution.step('load', (step) => step.warning('slow'))
    execution.error('odd')
    await execution.step('save', (step) => step.error('full'))
    await execution.complete()
    const { updates } = await following
    const all = await collect(client.follow(execution.id), isEnd)
    const logs = updates.flatMap((update) => update.logs)
    expect(logs).toEqual(all.updates.flatMap((update) => update.logs).filter(isWanted))
    expect(logs).toHaveLength(count)
    const last = all.updates.at(-1)
    expect(updates.at(-1)).toMatchObject({ head: last?.head, cursor: last?.cursor, execution: last?.execution })
  })
})

describe('leaving', () => {
  test('by break, by return and by a signal ends the subscription, quietly', async () => {
    const { url } = await startServer()
    const { WebSocket, sent } = recorder()
    const { client, errors } = connectClient(url, { WebSocket })
    const execution = await started(client, 3)
    const stops = (): number => sent.filter(({ what }) => what === 'subscription.stop').length
    for await (const { logs } of client.follow(execution.id)) if (logs.length > 0) break
    expect(stops()).toBe(1)
    const read = async (): Promise<string> => {
      for await (const { cursor } of client.follow(execution.id)) return cursor
      throw new Error('nothing came')
    }
    await read()
    expect(stops()).toBe(2)
    const leaving = new AbortController()
    let updates = 0
    for await (const _update of client.follow(execution.id, { signal: leaving.signal })) {
      updates += 1
      // Nothing comes any more: the loop waits when the signal comes.
      setImmediate(() => leaving.abort())
    }
    expect({ updates, stops: stops() }).toEqual({ updates: 1, stops: 3 })
    for await (const _update of client.follow(execution.id, { signal: AbortSignal.abort() })) updates += 1
    expect({ updates, errors }).toEqual({ updates: 1, errors: [] })
    expect(sent.filter(({ what }) => what === 'subscription logs.follow')).toHaveLength(3)
  })

  test('while nothing comes ends it at once, and whoever waits for more', async () => {
    const { url } = await startServer()
    const { WebSocket, sent } = recorder()
    const { client } = connectClient(url, { WebSocket })
    const execution = await started(client)
    const updates = client.follow(execution.id)[Symbol.asyncIterator]()
    await updates.next()
    const waiting = updates.next()
    const startedMs = performance.now()
    await updates.return?.()
    // The server gives a sign of life each 10 s.
    expect(performance.now() - startedMs).toBeLessThan(2000)
    expect(await waiting).toMatchObject({ done: true })
    expect(sent.at(-1)?.what).toBe('subscription.stop')
  })

  test('lets a loop that throws end as it did, and nothing stays open', async () => {
    const { url } = await startServer()
    const { WebSocket, sent } = recorder()
    const { client } = connectClient(url, { WebSocket })
    const execution = await started(client)
    const failing = async (): Promise<void> => {
      for await (const _update of client.follow(execution.id)) throw new TypeError('mine')
    }
    await expect(failing()).rejects.toThrow(new TypeError('mine'))
    expect(sent.at(-1)?.what).toBe('subscription.stop')
  })

  test('by the end of the client ends the loop', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await started(client)
    const closing: Promise<unknown>[] = []
    for await (const _update of client.follow(execution.id)) closing.push(client.close())
    expect(await Promise.all(closing)).toEqual([{ unsent: 0, kept: 0 }])
    expect(client.connection.status).toBe('disconnected')
  })
})

describe('waitForCompletion', () => {
  test.each([
    ['completed', (execution: ExecutionHandle) => execution.complete()],
    ['failed', (execution: ExecutionHandle) => execution.fail(new Error('no'))],
    ['canceled', (execution: ExecutionHandle) => execution.cancel()],
  ] as const)('resolves when an execution has %s, and fetches no logs of before', async (status, end) => {
    const { url } = await startServer()
    const producer = connectClient(url).client
    const execution = await started(producer, 50)
    const { WebSocket, sent } = recorder()
    const { client } = connectClient(url, { WebSocket })
    const waiting = client.waitForCompletion(execution.id)
    await until(client.connection, (connection) => connection.status === 'connected')
    await end(execution)
    expect(await waiting).toEqual(await client.executions.get(execution.id))
    expect(await client.waitForCompletion(execution.id)).toMatchObject({ status, head_seq: 52 })
    const follow = { what: 'subscription logs.follow', input: { execution_id: execution.id, last: 0 } }
    expect(sent.filter(({ what }) => !/executions\.get|subscription\.stop/.test(what))).toEqual([follow, follow])
  })

  test('goes on through cuts and a restart of the server', { timeout: 30_000 }, async () => {
    const dataDir = await dataFolder()
    const first = await startServer({ store: 'sqlite', dataDir })
    const proxy = await startProxy(first.port)
    const { client } = connectClient(trpcUrl(proxy.port))
    const producer = connectClient(first.url).client
    const execution = await started(producer)
    const waiting = client.waitForCompletion(execution.id)
    const stop = keepCutting(client, () => proxy.cut())
    for (let cuts = 0; cuts < 3; cuts += 1) {
      await until(client.connection, ({ status }) => status === 'connected')
      await until(client.connection, ({ status }) => status !== 'connected')
    }
    await first.server.close()
    await startServer({ store: 'sqlite', dataDir, port: first.port })
    stop()
    await execution.complete()
    client.reconnect()
    expect(await waiting).toMatchObject({ status: 'completed' })
  })

  test('rejects for whom there is nothing to wait, and leaves nothing open', async () => {
    const { url } = await startServer()
    const { WebSocket, sent } = recorder()
    const { client } = connectClient(url, { WebSocket })
    const execution = await started(client)
    await expect(client.waitForCompletion('absent')).rejects.toMatchObject({ code: 'not_found' })
    await expect(client.waitForCompletion(execution.id, { timeoutMs: 20 })).rejects.toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining(execution.id),
    })
    const leaving = new AbortController()
    const reason = new Error('enough')
    const left = client.waitForCompletion(execution.id, { signal: leaving.signal, timeoutMs: 60_000 })
    leaving.abort(reason)
    await expect(left).rejects.toBe(reason)
    await expect(client.waitForCompletion(execution.id, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const count = (kind: string): number => sent.filter(({ what }) => what === kind).length
    // What the server refused needs no stop.
    expect(count('subscription.stop')).toBe(count('subscription logs.follow') - 1)
    const closed = client.waitForCompletion(execution.id)
    await client.close()
    await expect(closed).rejects.toMatchObject({ code: 'closed' })
  })
})

test('a list of executions is live while somebody looks', async () => {
  const { url } = await startServer()
  const { WebSocket, sent } = recorder()
  const { client } = connectClient(url, { WebSocket })
  const watch = client.executions.watch({ status: 'completed' })
  const seen: string[][] = []
  const leave = watch.subscribe(() => seen.push(watch.getSnapshot().executions.map(({ id }) => id)))
  await until(watch, ({ status }) => status === 'live')
  const execution = await started(client, 1)
  await execution.complete()
  const { executions } = await until(watch, ({ executions: shown }) => shown.length === 1)
  expect(executions[0]).toMatchObject({ id: execution.id, status: 'completed', head_seq: 3 })
  expect(seen.at(-1)).toEqual([execution.id])
  leave()
  await until(client.connection, () => true)
  await new Promise(setImmediate)
  expect(sent.at(-1)?.what).toBe('subscription.stop')
})

describe('the typed API', () => {
  test('is a stock client on the same connection: calls, callbacks, and subscriptions to loop over', async () => {
    const { url } = await startServer()
    const { WebSocket, sent } = recorder()
    const { client } = connectClient(url, { WebSocket })
    const { api } = client
    const { id } = await api.executions.create.mutate({ workflow_id: 'w' })
    const input = { execution_id: id }
    const log = { id: 'l-1', execution_id: id, timestamp: '2026-01-01T00:00:00Z', step_name: 's', step_type: 't' }
    expect(await api.logs.append.mutate({ ...input, logs: [{ ...log, level: 'info' }] })).toMatchObject({ head: 1 })
    expect(await api.executions.list.query()).toMatchObject({ executions: [{ id }] })
    const frames: unknown[] = []
    for await (const frame of api.logs.follow.subscribe(input)) {
      frames.push(frame)
      break
    }
    expect(frames).toMatchObject([{ id: expect.stringMatching(/:1$/), data: { from: 1, logs: [log], head: 1 } }])
    await vi.waitFor(() => expect(sent.at(-1)?.what).toBe('subscription.stop'))
    const leaving = new AbortController()
    for await (const { data } of api.executions.watch.subscribe({}, { signal: leaving.signal })) {
      expect(data.executions).toEqual([])
      leaving.abort()
    }
    const error: unknown = await api.executions.get.query({ execution_id: 'absent' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'TRPCClientError', cause: { name: 'RuntailError', code: 'not_found' } })
  })
})
