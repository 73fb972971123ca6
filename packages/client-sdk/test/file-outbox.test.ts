// A folder outlives its process: what a killed program had reported is delivered by the next one, each log once and in order, by however many at a time.

import type { ExecutionLog } from '@runtail/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { RuntailClient } from '../src/index.ts'
import { connectClient, until, upTo } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { dataFolder, startServer, trpcUrl } from './support/server.ts'

vi.setConfig({ testTimeout: 30_000 })

const program = fileURLToPath(new URL('programs/report-kept.ts', import.meta.url))

interface Killed {
  readonly id: string
  /** How many lines it had reported for sure. */
  readonly said: number
}

/** Runs the program and kills it when it has said so many lines. */
async function killedAfter(said: number, args: readonly string[]): Promise<Killed> {
  const child = spawn(process.execPath, ['--conditions=@runtail/source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (saidIn(out) >= said) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'close')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  return { id: /^id (\S+)$/m.exec(out)?.[1] ?? '', said: saidIn(out) }
}

const saidIn = (out: string): number => Number([...out.matchAll(/^said (\d+)$/gm)].at(-1)?.[1] ?? 0)

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'))

async function stored(client: RuntailClient, executionId: string): Promise<ExecutionLog[]> {
  const logs: ExecutionLog[] = []
  for (;;) {
    const page = await client.api.logs.read.query({ execution_id: executionId, after: logs.length })
    logs.push(...page.logs)
    if (logs.length >= page.head) return logs
  }
}

/** The lines that are there are the first ones, each once, in order. Gives how many. */
function expectLines(logs: readonly ExecutionLog[]): number {
  const lines = logs.map(({ message }) => message).filter((message) => message?.startsWith('line '))
  expect(lines).toEqual(upTo(lines.length).map((index) => `line ${index}`))
  expect(new Set(logs.map(({ id }) => id)).size).toBe(logs.length)
  return lines.length
}

/** A client that only delivers what it finds. */
async function deliver(url: string, folder: string): Promise<void> {
  const { client, errors } = connectClient(url, { outbox: { folder } })
  client.reconnect()
  await until(client.connection, ({ status }) => status === 'connected')
  expect(await client.close()).toEqual({ unsent: 0, kept: 0 })
  expect(errors).toEqual([])
}

describe('a program that is killed', () => {
  test('while the server is away: the next one delivers all of it', async () => {
    const folder = await dataFolder()
    const { port, url } = await startServer()
    const proxy = await startProxy(port)
    proxy.goDown()
    const { id, said } = await killedAfter(20_000, [trpcUrl(proxy.port), folder, '20000'])
    proxy.resume()
    await deliver(trpcUrl(proxy.port), folder)
    const { client } = connectClient(url)
    const logs = await stored(client, id)
    expect(said).toBe(20_000)
    expect(expectLines(logs)).toBe(20_000)
    expect((await client.executions.get(id)).status).toBe('running')
    expect(filesIn(folder)).toEqual([])
  })

  test.each([300, 2100, 5000])('in the middle of its delivery, after %i lines: each is there once', async (count) => {
    const folder = await dataFolder()
    const { url } = await startServer()
    const { id, said } = await killedAfter(count, [url, folder, '100000', 'cancel'])
    await deliver(url, folder)
    const { client } = connectClient(url)
    const logs = await stored(client, id)
    expect(expectLines(logs)).toBeGreaterThanOrEqual(said)
    expect(logs.filter(({ event }) => event === 'execution.canceled')).toHaveLength(1)
    expect(logs.at(-1)).toMatchObject({ event: 'execution.canceled', level: 'warning' })
    expect((await client.executions.get(id)).status).toBe('canceled')
    expect(filesIn(folder)).toEqual([])
  })

  test('several at once, found by several at once: nothing is delivered twice or left', async () => {
    const folder = await dataFolder()
    const { url, port } = await startServer()
    const proxy = await startProxy(port)
    proxy.goDown()
    const address = trpcUrl(proxy.port)
    const killed = await Promise.all([1, 2, 3].map(() => killedAfter(1000, [address, folder, '1000', 'cancel'])))
    proxy.resume()
    await Promise.all([1, 2, 3, 4].map(() => deliver(address, folder)))
    const { client } = connectClient(url)
    for (const { id } of killed) {
      const logs = await stored(client, id)
      expect(expectLines(logs)).toBe(1000)
      expect(logs).toHaveLength(1002)
    }
    expect(filesIn(folder)).toEqual([])
  })
})

describe('a file is left alone', () => {
  test('while its process lives, and where it is for another server', async () => {
    const folder = await dataFolder()
    const { port, url } = await startServer()
    const proxy = await startProxy(port)
    proxy.goDown()
    const { client } = connectClient(trpcUrl(proxy.port), { outbox: { folder } })
    const execution = await client.startExecution({ workflow_id: 'w' })
    execution.log('mine')
    await deliver(url, folder)
    proxy.resume()
    // Somebody else at the same address; the file is ours.
    await deliver(trpcUrl(proxy.port), folder)
    await execution.complete()
    const other = connectClient(url).client
    expect((await stored(other, execution.id)).map(({ message }) => message)).toEqual([
      'w started',
      'mine',
      'completed',
    ])
  })

  test('where it cannot be read it is set aside, and said', async () => {
    const folder = await dataFolder()
    const { url } = await startServer()
    // Finds the folder of this server.
    const first = connectClient('ws://127.0.0.1:9/trpc', { outbox: { folder } }).client
    await first.startExecution({ workflow_id: 'w' })
    await first.close({ timeoutMs: 0 })
    const { client, errors } = connectClient(url, { outbox: { folder } })
    const execution = await client.startExecution({ workflow_id: 'w' })
    const own = readdirSync(folder).find((name) =>
      readdirSync(join(folder, name)).some((file) => !file.includes('free')),
    )
    mkdirSync(join(folder, own ?? ''), { recursive: true })
    writeFileSync(join(folder, own ?? '', '01890000-0000-7000-8000-000000000000.free.journal'), 'what is this\n')
    await execution.complete()
    await client.close()
    expect(errors).toMatchObject([{ code: 'store_unavailable', message: expect.stringContaining('set aside') }])
    expect(filesIn(join(folder, own ?? ''))).toEqual(['01890000-0000-7000-8000-000000000000.unreadable'])
  })
})

test('a client that closes with lines unsent says that they are kept, and the next one sends them', async () => {
  const folder = await dataFolder()
  const { port, url } = await startServer()
  const proxy = await startProxy(port)
  proxy.goDown()
  const { client } = connectClient(trpcUrl(proxy.port), { outbox: { folder, abandoned: 'cancel' } })
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (const index of upTo(500)) execution.log(`line ${index}`)
  expect(await client.close({ timeoutMs: 50 })).toEqual({ unsent: 501, kept: 501 })
  proxy.resume()
  await deliver(trpcUrl(proxy.port), folder)
  const other = connectClient(url).client
  expect(expectLines(await stored(other, execution.id))).toBe(500)
  // It closed in order: what it left open is its own affair.
  expect((await other.executions.get(execution.id)).status).toBe('running')
})

test('a folder that cannot be written is said once, and costs no line', async () => {
  const { url } = await startServer()
  const { client, errors } = connectClient(url, { outbox: { folder: join(program, 'no-folder') } })
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (const index of upTo(500)) execution.log(`line ${index}`)
  await execution.complete()
  expect(await client.close()).toEqual({ unsent: 0, kept: 0 })
  expect(expectLines(await stored(connectClient(url).client, execution.id))).toBe(500)
  expect(errors).toMatchObject([{ code: 'store_unavailable', message: expect.stringContaining('in memory alone') }])
})
