// Following on a real server over real sockets: history, then live, each log once and in order, through cuts, restarts, hand-overs and slowness.

import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import type { ExecutionHandle } from '../src/index.ts'
import { collect, connectClient, isEnd, keepCutting, upTo, type Followed } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { dataFolder, startServer, trpcUrl } from './support/server.ts'

/** Reports lines 1, 2, 3 … in bursts, with a breath between. */
async function report(execution: ExecutionHandle, count: number, burst = 200): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    execution.log(`line ${index}`)
    if (index % burst === 0) await pause(5)
  }
  await execution.complete()
}

function expectWhole(followed: Followed, count: number): void {
  expect(followed.seqs).toEqual(upTo(count + 2))
  expect(followed.messages).toEqual(['w started', ...upTo(count).map((index) => `line ${index}`), 'completed'])
}

test('history, then live, and the state after each update is the fold of what was delivered', async () => {
  const { url } = await startServer()
  const { client } = connectClient(url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (let index = 1; index <= 500; index += 1) execution.log(`line ${index}`)
  await execution.flush()
  const following = collect(connectClient(url).client.follow(execution.id), isEnd)
  for (let index = 501; index <= 1000; index += 1) execution.log(`line ${index}`)
  await execution.complete()
  const followed = await following
  expectWhole(followed, 1000)
  const withLogs = followed.updates.filter(({ logs }) => logs.length > 0)
  expect(withLogs.map((update) => update.execution.head_seq)).toEqual(withLogs.map(({ logs }) => logs.at(-1)?.seq))
  expect(followed.updates.at(-1)?.execution).toEqual(await client.executions.get(execution.id))
})

test('from a cursor, and from a seq', async () => {
  const { url } = await startServer()
  const { client } = connectClient(url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  await report(execution, 100)
  const half = await collect(client.follow(execution.id), () => true)
  const cursor = half.updates.at(-1)?.cursor ?? ''
  const rest = await collect(client.follow(execution.id, { after: cursor }), ({ head }) => head === 102)
  expect([...half.seqs, ...rest.seqs]).toEqual(upTo(102))
  const last = await collect(client.follow(execution.id, { after: 100 }), ({ head }) => head === 102)
  expect(last.seqs).toEqual([101, 102])
  expect(last.updates.at(-1)?.execution.status).toBe('completed')
})

test('through cuts at any moment', { timeout: 60_000 }, async () => {
  const { port, url } = await startServer()
  const proxy = await startProxy(port)
  const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
  await execution.flush()
  const follower = connectClient(trpcUrl(proxy.port)).client
  const following = collect(follower.follow(execution.id), isEnd)
  const reporting = report(execution, 20_000)
  const stop = keepCutting(follower, () => proxy.cut())
  await reporting
  stop()
  // So many short connections have made it wait long.
  follower.reconnect()
  expectWhole(await following, 20_000)
  expect(proxy.accepted).toBeGreaterThan(3)
})

test('through a restart of the server with its data', { timeout: 30_000 }, async () => {
  const dataDir = await dataFolder()
  const first = await startServer({ store: 'sqlite', dataDir })
  const { port, url } = first
  const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
  await execution.flush()
  const following = collect(connectClient(url).client.follow(execution.id), isEnd)
  const reporting = report(execution, 5000)
  await pause(40)
  await first.server.close()
  await startServer({ store: 'sqlite', dataDir, port })
  await reporting
  const followed = await following
  expectWhole(followed, 5000)
  expect(followed.updates.some(({ reset }) => reset)).toBe(false)
})

test('a planned end of the server sends followers to where others answer', { timeout: 30_000 }, async () => {
  const dataDir = await dataFolder()
  const first = await startServer({ store: 'sqlite', dataDir })
  const second = await startServer({ store: 'sqlite', dataDir })
  const proxy = await startProxy(first.port)
  const execution = await connectClient(second.url).client.startExecution({ workflow_id: 'w' })
  await execution.flush()
  const following = collect(connectClient(trpcUrl(proxy.port)).client.follow(execution.id), isEnd)
  const reporting = report(execution, 3000, 30)
  await pause(200)
  proxy.retarget(second.port)
  await first.server.close()
  await reporting
  expectWhole(await following, 3000)
  expect(proxy.accepted).toBe(2)
})

test(
  'a server that asks to move is left when the next connection is open, not before',
  { timeout: 30_000 },
  async () => {
    const { url } = await startServer()
    const sockets: WsWebSocket[] = []
    class Recorded extends WsWebSocket {
      constructor(address: string) {
        super(address)
        sockets.push(this)
      }
    }
    const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const { client } = connectClient(url, { WebSocket: Recorded })
    const following = collect(client.follow(execution.id), isEnd)
    await collect(client.follow(execution.id), () => true)
    const statuses: string[] = []
    client.connection.subscribe(() => statuses.push(client.connection.status))
    const reporting = report(execution, 5000, 30)
    for (const moves of [1, 2, 3]) {
      const old = sockets.at(-1) as WsWebSocket
      const left = once(old, 'close')
      // As tRPC's broadcastReconnectNotification sends it.
      old.emit('message', Buffer.from('{"id":null,"method":"reconnect"}'), false)
      await left
      expect(sockets[moves]?.readyState).toBe(WsWebSocket.OPEN)
    }
    await reporting
    expectWhole(await following, 5000)
    expect(new Set(statuses)).toEqual(new Set(['connected']))
  },
)

test('a store that was wiped shows as a reset', async () => {
  const first = await startServer()
  const producer = connectClient(first.url).client
  const execution = await producer.startExecution({ workflow_id: 'w' })
  for (let index = 1; index <= 10; index += 1) execution.log(`line ${index}`)
  await execution.flush()
  const updates = connectClient(first.url).client.follow(execution.id)[Symbol.asyncIterator]()
  const before = await updates.next()
  expect(before.value).toMatchObject({ reset: false, head: 11 })
  await first.server.close()
  await startServer({ port: first.port })
  execution.log('again')
  await execution.flush()
  const after = await updates.next()
  expect(after.value).toMatchObject({ reset: true, head: 1, logs: [{ seq: 1, message: 'again' }] })
  await updates.return?.()
})

test('a slow consumer gets everything, and does not hold up another one', { timeout: 30_000 }, async () => {
  const { url } = await startServer()
  const execution = await connectClient(url).client.startExecution({ workflow_id: 'w' })
  await execution.flush()
  const { client } = connectClient(url)
  const fast = collect(client.follow(execution.id), isEnd)
  const slow = (async () => {
    const seqs: number[] = []
    for await (const update of client.follow(execution.id)) {
      seqs.push(...update.logs.map(({ seq }) => seq))
      if (isEnd(update)) break
      await pause(5)
    }
    return seqs
  })()
  await report(execution, 50_000, 5000)
  expectWhole(await fast, 50_000)
  expect(await slow).toEqual(upTo(50_002))
})

describe('the end', () => {
  test('an execution that nobody knows', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    await expect(collect(client.follow('nobody'), () => true)).rejects.toMatchObject({
      code: 'not_found',
      name: 'RuntailError',
    })
  })

  test('comes with the signal, and with the client', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const abort = new AbortController()
    const aborted = collect(client.follow(execution.id, { signal: abort.signal }), () => false)
    const closed = collect(client.follow(execution.id), () => false)
    await collect(client.follow(execution.id), () => true)
    abort.abort()
    expect((await aborted).seqs).toEqual([1])
    await client.close()
    expect((await closed).seqs).toEqual([1])
    expect((await collect(client.follow(execution.id), () => false)).updates).toEqual([])
  })

  test('of an execution is no end of following it', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.complete()
    const following = collect(client.follow(execution.id), ({ head }) => head === 3)
    execution.log('a late word')
    const followed = await following
    expect(followed.messages).toEqual(['w started', 'completed', 'a late word'])
    expect(followed.updates.at(-1)?.execution.status).toBe('completed')
  })
})
