// Programs in processes of their own: they end when their work is done, and what they reported is delivered before.

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connectClient } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'
import { stored } from './support/stored.ts'

const programs = fileURLToPath(new URL('programs/', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

interface Finished {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly durationMs: number
}

/** Runs a program to its end. */
async function run(command: string, args: readonly string[]): Promise<Finished> {
  const startedMs = Date.now()
  const child = spawn(command, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: code as number | null, out, err, durationMs: Date.now() - startedMs }
}

const report = (url: string, ending: string): Promise<Finished> =>
  run(process.execPath, ['--conditions=@runtail/source', join(programs, 'report.ts'), url, ending])

const idIn = ({ out }: Finished): string => /^id (\S+)$/m.exec(out)?.[1] ?? ''

/** How many logs of it are stored. */
async function storedLogs(url: string, executionId: string): Promise<number> {
  return (await connectClient(url).client.executions.get(executionId)).head_seq
}

describe('a program ends by itself, and all of it is stored', () => {
  test.each(['nothing', 'flush', 'complete', 'close'])('after %s', { timeout: 20_000 }, async (ending) => {
    const { url } = await startServer()
    const finished = await report(url, ending)
    expect(finished.err).toBe('')
    expect(finished.code).toBe(0)
    expect(finished.durationMs).toBeLessThan(5000)
    expect(await storedLogs(url, idIn(finished))).toBe(ending === 'complete' ? 2002 : 2001)
  })
})

test('a program that follows lives on, through a server that is away', { timeout: 30_000 }, async () => {
  const { port, url } = await startServer()
  const proxy = await startProxy(port)
  const child = spawn(
    process.execPath,
    ['--conditions=@runtail/source', join(programs, 'report.ts'), trpcUrl(proxy.port), 'follow'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.setEncoding('utf8')
  while (!out.includes('reached 2001')) out += String((await once(child.stdout, 'data'))[0])
  proxy.goDown()
  const id = /^id (\S+)$/m.exec(out)?.[1] ?? ''
  const { client } = connectClient(url)
  // The same id and workflow: the same execution, ended from elsewhere.
  const execution = await client.startExecution({ workflow_id: 'program', id })
  await execution.complete()
  expect(child.exitCode).toBeNull()
  proxy.resume()
  const [rest, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(rest).toContain('left')
  expect(code).toBe(0)
})

describe('a server that is not there', () => {
  /** A port that refuses. */
  async function deadUrl(): Promise<string> {
    const listener = createServer().listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    listener.close()
    await once(listener, 'close')
    return trpcUrl(port)
  }

  test('holds a program up for 5 s, and it is told what was lost', { timeout: 20_000 }, async () => {
    const url = await deadUrl()
    const [silent, waiting] = await Promise.all([report(url, 'nothing'), report(url, 'complete')])
    for (const { code, durationMs } of [silent, waiting]) {
      expect(code).toBe(0)
      expect(durationMs).toBeGreaterThan(4500)
      expect(durationMs).toBeLessThan(9000)
    }
    expect(silent.out).toContain('onError disconnected {"unsent":2001}')
    expect(waiting.out).toContain('onError disconnected {"unsent":2002}')
    // Whoever waited for the end is not left waiting.
    expect(waiting.out).toContain('completed')
  })

  test('holds it no longer than it asked for', { timeout: 20_000 }, async () => {
    const finished = await report(await deadUrl(), 'close')
    expect(finished.code).toBe(0)
    expect(finished.durationMs).toBeLessThan(4000)
    expect(finished.out).toContain('unsent 2001')
  })
})

describe('Node 20, with the ws package passed in', () => {
  let bundle = ''

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runtail-node20-'))
    await build({
      configFile: false,
      logLevel: 'error',
      root: programs,
      ssr: { noExternal: true, resolve: { conditions: ['@runtail/source', 'node'] } },
      build: { ssr: join(programs, 'report-with-ws.ts'), outDir: folder, target: 'node20', emptyOutDir: true },
    })
    bundle = join(folder, 'report-with-ws.js')
    await access(bundle).catch(() => (bundle = join(folder, 'report-with-ws.mjs')))
    return () => rm(folder, { recursive: true, force: true })
  })

  test('reports, follows and ends', { timeout: 20_000 }, async () => {
    const { url } = await startServer()
    const [command, ...flags] = await findNode20()
    const finished = await run(command ?? '', [...flags, bundle, url])
    expect(finished.err).toBe('')
    expect(finished.out).toMatch(/^node v.* undefined$/m)
    expect(finished.out).toContain('followed')
    expect(finished.code).toBe(0)
    expect(finished.durationMs).toBeLessThan(5000)
    expect(await storedLogs(url, idIn(finished))).toBe(2002)
  })

  test('knows what belongs where, and delivers a crash', { timeout: 20_000 }, async () => {
    const { url } = await startServer()
    const [command, ...flags] = await findNode20()
    // The delivery of a crash looks for the package from here.
    const finished = await run(command ?? '', [...flags, bundle, url, 'crash'])
    expect(finished.code).toBe(1)
    expect(finished.err).toMatch(/\n\nError: boom\n/)
    const { client } = connectClient(url)
    const lines = await stored(client, 'crashed')
    expect(lines.filter(({ event }) => !event).map(({ step_name, message }) => [step_name, message])).toEqual([
      ['a', 'in a'],
      ['b', 'in b'],
    ])
    expect((await client.executions.get('crashed')).status).toBe('failed')
  })
})

/** A Node 20 of this machine, else the Node that runs this, without its WebSocket. */
async function findNode20(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  for (const folder of folders) {
    const command = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
    const isThere = await access(command).then(
      () => true,
      () => false,
    )
    if (isThere && (await run(command, ['--version'])).out.startsWith('v20.')) return [command]
  }
  return [process.execPath, '--no-experimental-websocket']
}
