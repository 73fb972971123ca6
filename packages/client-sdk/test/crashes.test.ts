// Programs that crash: with the SDK inside they end exactly as without it, and where their crashes are handled, their executions have failed.

import type { ServerOptions } from '@runtail/server'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { handleCrashes } from '../src/node/index.ts'
import { connectClient } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'
import { messages, stored } from './support/stored.ts'

const program = fileURLToPath(new URL('programs/crash.ts', import.meta.url))

interface Ended {
  readonly code: unknown
  readonly out: string
  readonly err: string
}

async function run(url: string, args: readonly string[], flags: readonly string[] = [], env = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@runtail/source', ...flags, program, url, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  // Through which of Node's own queues a callback came is chance: two timers may be due at once.
  return { code: code as unknown, out, err: err.replaceAll(/\n +at [^\n]*node:internal[^\n]*?( \{)?(?=\n)/g, '$1') }
}

const admits: ServerOptions = {
  authenticate: ({ token }) => token,
  authorize: (principal) => principal === 'secret-1',
}

describe.each<[string, readonly string[], RegExp]>([
  ['error', [], /^Error: deep inside\n.*Caused by: Error: the cause/s],
  ['text', [], /^just text$/],
  ['rejection', [], /^Error: rejected\n/],
  ['rejection-of-text', [], /just text/],
  ['rejection', ['--unhandled-rejections=strict'], /^Error: rejected\n/],
])('a crash by %s %j', (crash, flags, text) => {
  test('looks the same without us, with us, and handled, which fails what is open', { timeout: 30_000 }, async () => {
    const { url } = await startServer(admits)
    const { client } = connectClient(url, { token: 'secret-1' })
    const others = await client.startExecution({ workflow_id: 'of-others', id: 'of-others' })
    await others.flush()
    const without = await run(url, [crash, 'without'], flags)
    expect(without.code).toBe(1)
    expect(without.err).not.toBe('')
    expect(await run(url, [crash, 'handled'], flags)).toEqual(without)
    expect((await client.executions.get('done')).status).toBe('completed')
    expect((await client.executions.get('of-others')).status).toBe('running')
    const failed = await client.executions.get('open')
    expect(failed.status).toBe('failed')
    expect(failed.error_message).toMatch(text)
    const logs = messages(await stored(client, 'open'))
    expect(logs.slice(0, -1)).toEqual([
      'open started',
      ...Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`),
    ])
    expect(await run(url, [crash, 'with'], flags)).toEqual(without)
  })
})

test(
  'an error that comes out of execute() has failed its execution, which is delivered',
  { timeout: 30_000 },
  async () => {
    const { url } = await startServer(admits)
    const ended = await run(url, ['execute', 'handled'])
    expect(ended).toMatchObject({ code: 1, out: 'exit 1\n', err: expect.stringContaining('deep inside') as unknown })
    const { client } = connectClient(url, { token: 'secret-1' })
    expect((await client.executions.get('executed')).status).toBe('failed')
    expect(messages(await stored(client, 'executed'))).toEqual([
      'executed started',
      'deep started',
      'deep failed',
      'Error: deep inside',
    ])
  },
)

test('a program that catches its errors itself lives on, and so do its executions', { timeout: 30_000 }, async () => {
  const { url } = await startServer(admits)
  const without = await run(url, ['own-handler', 'without'])
  expect(without).toEqual({ code: 3, out: 'caught deep inside\nexit 3\n', err: '' })
  expect(await run(url, ['own-handler', 'handled'])).toEqual(without)
  const { client } = connectClient(url, { token: 'secret-1' })
  expect((await client.executions.get('open')).status).toBe('running')
})

test('process.exit() ends the process at once, as without us', { timeout: 30_000 }, async () => {
  const { url } = await startServer(admits)
  const without = await run(url, ['exit', 'without'])
  expect(without).toEqual({ code: 7, out: 'exit 7\n', err: '' })
  expect(await run(url, ['exit', 'handled'])).toEqual(without)
})

test('what a program has loaded before it is not loaded again to deliver', { timeout: 30_000 }, async () => {
  const { url } = await startServer(admits)
  const preload = fileURLToPath(new URL('programs/preload.cjs', import.meta.url))
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` }
  const without = await run(url, ['error', 'without'], [], env)
  expect(without.out).toBe('preloaded\nexit 1\n')
  expect(await run(url, ['error', 'handled'], [], env)).toEqual(without)
  const { client } = connectClient(url, { token: 'secret-1' })
  expect((await client.executions.get('open')).status).toBe('failed')
})

describe('a server that does not answer', () => {
  test('holds the crash up no longer than it may', { timeout: 30_000 }, async () => {
    const { port } = await startServer(admits)
    const proxy = await startProxy(port)
    proxy.freeze()
    const without = await run(trpcUrl(proxy.port), ['error', 'without'])
    const startedMs = performance.now()
    expect(await run(trpcUrl(proxy.port), ['error', 'handled', '300'])).toEqual(without)
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })

  test('nor does one that is not there', { timeout: 30_000 }, async () => {
    const { server, url } = await startServer()
    await server.close()
    const without = await run(url, ['error', 'without'])
    const startedMs = performance.now()
    expect(await run(url, ['error', 'handled', '60000'])).toEqual(without)
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  })
})

test('is taken back by hand, and by closing the client', async () => {
  const { url } = await startServer()
  const { client: a } = connectClient(url)
  const { client: b } = connectClient(url)
  const count = (): number => process.listenerCount('uncaughtExceptionMonitor')
  const before = count()
  const takeBack = handleCrashes(a)
  handleCrashes(b)
  handleCrashes(b, { timeoutMs: 1 })
  expect(count()).toBe(before + 1)
  takeBack()
  takeBack()
  expect(count()).toBe(before + 1)
  await b.close()
  expect(count()).toBe(before)
  handleCrashes(b)
  expect(count()).toBe(before)
})
