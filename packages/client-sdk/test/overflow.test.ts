// A server that is away for long: within the bounds everything arrives, beyond them the chosen policy holds, and followers see what is missing.

import { RuntailError } from '@runtail/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { toLine } from '../src/log-line.ts'
import { MemoryOutbox } from '../src/outbox.ts'
import { Producer } from '../src/producer.ts'
import { collect, connectClient, isEnd, until, upTo, type TestClient } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'
import type { ClientOptions } from '../src/index.ts'

vi.setConfig({ testTimeout: 30_000 })
afterEach(() => void vi.useRealTimers())

interface Away extends TestClient {
  /** The server comes back. */
  readonly comeBack: () => void
  /** Its address without a detour. */
  readonly url: string
}

/** A client of a server that is away. */
async function away(outbox: NonNullable<ClientOptions['outbox']>): Promise<Away> {
  const { port, url } = await startServer()
  const proxy = await startProxy(port)
  proxy.goDown()
  const connected = connectClient(trpcUrl(proxy.port), { outbox })
  const comeBack = (): void => {
    proxy.resume()
    connected.client.reconnect()
  }
  return { ...connected, comeBack, url }
}

const lines = (count: number): string[] => upTo(count).map((index) => `line ${index}`)

/** What stands for a server, away until the test says otherwise. */
interface FakeServer {
  isAway: boolean
  attempts: number
  /** The messages that it took. */
  readonly stored: string[]
  /** What the producer told of. */
  readonly errors: RuntailError[]
}

/** A producer over an outbox, whose clock is the test's. */
function reporting(outbox: MemoryOutbox) {
  const server: FakeServer = { isAway: true, attempts: 0, stored: [], errors: [] }
  const call = async (act: () => void): Promise<void> => {
    server.attempts += 1
    await Promise.resolve()
    if (server.isAway) throw new RuntailError('store_unavailable', { message: 'away' })
    act()
  }
  const messageOf = ({ json }: { readonly json: string }): string => (JSON.parse(json) as { message: string }).message
  const producer = new Producer({
    uplink: {
      create: () => call(() => {}),
      append: (_id, batch) => call(() => server.stored.push(...batch.map(messageOf))),
    },
    outbox,
    lingerMs: 5,
    onError: (error) => server.errors.push(error),
    onChange: () => {},
  })
  return { producer, lane: producer.open({ id: 'e', workflow_id: 'w' }), server }
}

test('offline for ten minutes, 20,000 logs within the bounds: then all of them arrive, in order', async () => {
  vi.useFakeTimers()
  const gap = (): never => {
    throw new Error('nothing is to be dropped')
  }
  const outbox = new MemoryOutbox({ maxLogs: 100_000, maxBytes: 64e6, maxBatchBytes: 384e3 }, gap, gap)
  const { producer, lane, server } = reporting(outbox)
  for (const message of lines(20_000)) {
    producer.add(lane, toLine({ execution_id: 'e', step_name: '', step_type: '', message }))
    if (outbox.stats.pending % 1000 === 0) await vi.advanceTimersByTimeAsync(30_000)
  }
  // It went on trying, not too often.
  expect(server.attempts).toBeGreaterThan(10)
  expect(server.attempts).toBeLessThan(1200)
  server.isAway = false
  const settled = producer.settled()
  await vi.advanceTimersByTimeAsync(60_000)
  await settled
  expect(server.stored).toEqual(lines(20_000))
  expect(server.errors).toEqual([])
})

test('the same over real sockets: away while 15,000 logs are reported', async () => {
  const { client, errors, comeBack } = await away({})
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (const line of lines(15_000)) execution.log(line)
  await until(client.connection, ({ attempt }) => attempt >= 2)
  comeBack()
  await execution.complete()
  const { messages } = await collect(client.follow(execution.id), isEnd)
  expect(messages).toEqual(['w started', ...lines(15_000), 'completed'])
  expect(errors).toEqual([])
})

describe('drop-oldest', () => {
  test('a follower sees how many are gone where they are gone, and every other log once', async () => {
    const { client, errors, comeBack, url } = await away({ maxLogs: 100 })
    const execution = await client.startExecution({ workflow_id: 'w' })
    for (const line of lines(1000)) execution.log(line)
    comeBack()
    await execution.complete()
    const { seqs, messages, updates } = await collect(connectClient(url).client.follow(execution.id), isEnd)
    const gaps = updates.flatMap(({ logs }) => logs).filter(({ step_type }) => step_type === 'runtail.gap')
    const { dropped } = client.outbox.getSnapshot()
    expect(gaps).toMatchObject([{ level: 'warning', output_data: { dropped } }])
    expect(messages).toEqual(['w started', gaps[0]?.message, ...lines(1000).slice(dropped), 'completed'])
    expect(seqs).toEqual(upTo(messages.length))
    expect(dropped).toBeGreaterThanOrEqual(900)
    expect(errors).toMatchObject([{ code: 'outbox_overflow' }])
  })
})

test('where not even beginnings and ends fit, the oldest that are over go as a whole; all others are there, with their ends', async () => {
  const { client, errors, comeBack } = await away({ maxLogs: 100 })
  const open = await client.startExecution({ workflow_id: 'open', id: 'open' })
  for (const index of upTo(200)) {
    await client.execute({ workflow_id: 'w', id: `e${index}` }, (execution) => execution.log('a line'))
    expect(client.outbox.getSnapshot().pending).toBeLessThanOrEqual(102)
  }
  const told = new Set(errors.map(({ code, data }) => `${code} ${String(data['execution_id'])}`))
  expect(told).toContain('outbox_overflow e20')
  comeBack()
  await open.complete()
  await client.flush()
  const executions = await client.executions.list()
  const kept = executions.filter(({ workflow_id }) => workflow_id === 'w')
  expect(kept.length).toBeGreaterThan(40)
  expect(kept.every(({ status }) => status === 'completed')).toBe(true)
  expect(kept.map(({ id }) => id)).toContain('e200')
  expect(executions.map(({ id }) => id)).toContain('open')
  const { pending, acknowledged, dropped } = client.outbox.getSnapshot()
  expect({ pending, all: acknowledged + dropped }).toEqual({ pending: 0, all: 2 + 200 * 3 })
})

test('what is under way fills the outbox as its execution ends: that goes out, with its gap and its end, and not as a whole', async () => {
  vi.useFakeTimers()
  const lineOf = (message: string, event?: 'execution.completed') =>
    toLine({ execution_id: 'e', step_name: '', step_type: '', message, ...(event && { event }) })
  const bounds = { maxLogs: 5, maxBytes: 64e6, maxBatchBytes: 384e3 }
  const outbox = new MemoryOutbox(
    bounds,
    (_id, dropped) => lineOf(`gap ${dropped}`),
    () => {},
  )
  const { producer, lane, server } = reporting(outbox)
  for (const line of lines(5)) producer.add(lane, lineOf(line))
  await vi.advanceTimersByTimeAsync(1000)
  for (const late of ['late', 'later']) producer.add(lane, lineOf(late))
  producer.add(lane, lineOf('completed', 'execution.completed'))
  producer.ended(lane)
  server.isAway = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(server.stored).toEqual([...lines(5), 'gap 2', 'completed'])
  expect(server.errors).toEqual([])
})

describe('block', () => {
  test('who awaits ready() waits while it is full, loses nothing, and never goes far beyond the bounds', async () => {
    const { client, errors, comeBack, url } = await away({ maxLogs: 100, onOverflow: 'block' })
    const execution = await client.startExecution({ workflow_id: 'w' })
    let said = 0
    let most = 0
    const program = (async (): Promise<void> => {
      for (const line of lines(3000)) {
        await execution.ready()
        execution.log(line)
        said += 1
        most = Math.max(most, client.outbox.getSnapshot().pending)
      }
    })()
    await until(client.connection, ({ attempt }) => attempt >= 2)
    // The start is one of the hundred.
    expect(said).toBe(99)
    comeBack()
    await program
    await execution.complete()
    expect(most).toBe(100)
    const { messages } = await collect(connectClient(url).client.follow(execution.id), isEnd)
    expect(messages).toEqual(['w started', ...lines(3000), 'completed'])
    expect(errors).toEqual([])
  })

  test('a step waits before it begins', async () => {
    const { client, comeBack } = await away({ maxLogs: 10, onOverflow: 'block' })
    const execution = await client.startExecution({ workflow_id: 'w' })
    let hasBegun = await execution.step('fits', (step) => {
      for (const line of lines(10)) step.log(line)
      return false
    })
    const step = execution.step('waits', () => (hasBegun = true))
    await until(client.connection, ({ attempt }) => attempt >= 2)
    expect(hasBegun).toBe(false)
    comeBack()
    expect(await step).toBe(true)
  })

  test('who does not wait has twice the bounds, then the oldest go and are counted', async () => {
    const { client, errors, comeBack, url } = await away({ maxLogs: 100, onOverflow: 'block' })
    const execution = await client.startExecution({ workflow_id: 'w' })
    for (const line of lines(199)) execution.log(line)
    expect(client.outbox.getSnapshot()).toMatchObject({ pending: 200, dropped: 0 })
    for (const line of lines(50)) execution.log(line)
    expect(client.outbox.getSnapshot()).toMatchObject({ pending: 200, dropped: 50 })
    expect(errors).toMatchObject([{ code: 'outbox_overflow' }])
    comeBack()
    await execution.complete()
    const { messages } = await collect(connectClient(url).client.follow(execution.id), isEnd)
    expect(messages.filter((message) => message?.includes('missing here'))).toHaveLength(1)
  })

  test('a client that closes leaves nobody waiting', async () => {
    const { client } = await away({ maxLogs: 2, onOverflow: 'block' })
    const execution = await client.startExecution({ workflow_id: 'w' })
    execution.log('full')
    const waiting = execution.ready()
    await client.close({ timeoutMs: 0 })
    await expect(waiting).resolves.toBeUndefined()
    await expect(execution.ready()).resolves.toBeUndefined()
  })

  test('with drop-oldest nobody waits', async () => {
    const { client } = await away({ maxLogs: 2 })
    const execution = await client.startExecution({ workflow_id: 'w' })
    for (const line of lines(10)) execution.log(line)
    await execution.ready()
    expect(client.outbox.getSnapshot().pending).toBe(2)
  })
})
