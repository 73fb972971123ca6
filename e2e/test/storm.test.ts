// A thousand followers lose their server at once, by a kill and by a planned restart, or meet one that takes nobody: they come back as a stream, and never hammer.

import { createClient, type ExecutionHandle } from '@runtail/client-sdk'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { evaluate, holds, mostWithin } from '../chaos/evaluate.ts'
import type { CrowdReport, Loss } from '../chaos/programs/crowd.ts'
import { Proxy } from '../chaos/proxy.ts'
import { RestartingServer } from '../chaos/restarting-server.ts'
import { readStored } from '../chaos/stored.ts'
import { start, type Running } from './support/process.ts'
import { TemporaryFolder } from './support/server.ts'
import { within } from './support/within.ts'

const CROWDS = 2
const FOLLOWERS_PER_CROWD = 500
const EXECUTIONS = 10
const CATCH_UP_MS = 40_000
/** From then on the SDK takes a connection for a success. */
const STABLE_MS = 10_000

const urlOf = (port: number): string => `ws://127.0.0.1:${port}/trpc`

/** Reports to some executions, all the time, and remembers what. */
class Reporting implements AsyncDisposable {
  readonly submitted = new Map<string, string[]>()
  readonly #client
  readonly #executions: ExecutionHandle[] = []
  readonly #stopping = new AbortController()
  #talk: Promise<void> = Promise.resolve()

  constructor(port: number) {
    this.#client = createClient({ url: urlOf(port) })
  }

  async begin(count: number): Promise<string[]> {
    for (let index = 0; index < count; index += 1) {
      const execution = await this.#client.startExecution({ workflow_id: 'storm', id: randomUUID() })
      this.#executions.push(execution)
      this.submitted.set(execution.id, [])
    }
    await this.#client.flush()
    this.#talk = this.#talkAway()
    return [...this.submitted.keys()]
  }

  /** Says it in every execution. */
  say(message: string): void {
    for (const execution of this.#executions) {
      const ids = this.submitted.get(execution.id) ?? []
      const id = `${execution.id}.${ids.length + 1}`
      ids.push(id)
      execution.log(message, { id })
    }
  }

  async complete(): Promise<void> {
    this.#stopping.abort()
    await this.#talk
    await Promise.all(this.#executions.map((execution) => execution.complete()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#client.close({ timeoutMs: 0 })
  }

  async #talkAway(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.say('something happens')
      // Each of these goes to a thousand followers: it must not be the load that is tested here.
      await pause(500)
    }
  }
}

/** Waits until all followers have seen a mark that is said now. */
async function allReach(crowds: readonly Running[], reporting: Reporting, mark: string): Promise<void> {
  reporting.say(mark)
  await within(CATCH_UP_MS, mark, Promise.all(crowds.map((crowd) => crowd.until(new RegExp(`reached ${mark}`)))))
}

/** The shares of the first waits in ten equal parts of their window. */
function sharesOf(losses: readonly Loss[]): number[] {
  const waits = losses.map(({ waitMs }) => waitMs)
  const fromMs = Math.min(...waits)
  const partMs = (Math.max(...waits) + 1 - fromMs) / 10
  const parts = waits.map((waitMs) => Math.floor((waitMs - fromMs) / partMs))
  return Array.from({ length: 10 }, (_, part) => parts.filter((own) => own === part).length / waits.length)
}

function describeWaits(losses: readonly Loss[]): string {
  const waits = losses.map(({ waitMs }) => waitMs)
  const shares = sharesOf(losses).map((share) => `${Math.round(share * 100)} %`)
  return `${waits.length} first waits from ${Math.min(...waits)} to ${Math.max(...waits)} ms, in tenths: ${shares.join(' ')}`
}

test('a thousand followers lose their server', { timeout: 180_000 }, async () => {
  await using folder = await TemporaryFolder.make()
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await RestartingServer.start(folder.path))
  const proxy = await server.proxy()
  const reporting = stack.use(new Reporting((await server.proxy()).port))
  const executionIds = await reporting.begin(EXECUTIONS)
  const program = join(import.meta.dirname, '../chaos/programs/crowd.ts')
  const crowds = Array.from({ length: CROWDS }, () =>
    stack.use(start(process.execPath, [program, urlOf(proxy.port), String(FOLLOWERS_PER_CROWD), ...executionIds])),
  )
  await allReach(crowds, reporting, 'mark: connected')

  // kill -9, and a second of nothing.
  const killedMs = Date.now()
  await server.stop('SIGKILL')
  await pause(1000)
  await server.start()
  const backMs = Date.now()
  await allReach(crowds, reporting, 'mark: after the kill')
  const caughtUpMs = Date.now() - backMs
  // So many of them count as stable: only after those is a restart a planned one.
  await pause(Math.max(0, backMs + STABLE_MS + 3000 - Date.now()))
  const afterKill = proxy.attempts.filter((atMs) => atMs >= killedMs)
  const firstTenSeconds = afterKill.filter((atMs) => atMs >= backMs && atMs < backMs + 10_000)
  expect(firstTenSeconds.length).toBeLessThanOrEqual(1500)

  // A planned restart, with appends under way.
  const stoppedMs = Date.now()
  for (let line = 0; line < 50; line += 1) reporting.say('under way while the server stops')
  await server.stop('SIGTERM')
  await server.start()
  await allReach(crowds, reporting, 'mark: after the restart')
  const afterRestart = proxy.attempts.filter((atMs) => atMs >= stoppedMs)
  await reporting.complete()

  const reports = await Promise.all(
    crowds.map(async (crowd) => {
      expect(await within(CATCH_UP_MS, 'the end', crowd.exited)).toEqual({ code: 0, signal: null })
      return JSON.parse(crowd.stdout.trim().split('\n').at(-1) ?? '') as CrowdReport
    }),
  )
  await server.stop('SIGTERM')
  const losses = reports.flatMap((report) => report.losses)
  const planned = losses.filter(({ closeCode, lastedMs }) => closeCode === 1001 && lastedMs >= STABLE_MS)
  const killed = losses.filter(({ closeCode }) => closeCode !== 1001)
  const verdict = evaluate({
    submitted: reporting.submitted,
    acknowledged: new Map([...reporting.submitted].map(([id, ids]) => [id, ids.length])),
    stored: readStored(folder.path),
    followers: new Map(),
    spans: [],
    attempts: [],
  })
  const before = afterKill.filter((atMs) => atMs < backMs).length
  const figures = [
    `kill: ${before} attempts until the server was back, ${firstTenSeconds.length} in the 10 s after, at most ${mostWithin(afterKill, 100)} in 100 ms`,
    `kill: ${describeWaits(killed)}`,
    `kill: everybody had caught up ${caughtUpMs} ms after the server was back`,
    `restart: ${afterRestart.length} attempts, at most ${mostWithin(afterRestart, 100)} in 100 ms`,
    `restart: ${describeWaits(planned)}`,
  ].join('\n')
  console.log(figures)
  // Nobody missed anything, or saw it twice.
  expect(reports.map(({ misplaced }) => misplaced)).toEqual([0, 0])
  expect(holds(verdict), verdict.findings.join('\n')).toBe(true)
  // Full jitter: no tenth of the window holds a crowd.
  expect(killed.length, figures).toBeGreaterThan(900)
  expect(Math.max(...sharesOf(killed)), figures).toBeLessThan(0.25)
  expect(planned.length, figures).toBeGreaterThan(300)
  expect(Math.max(...sharesOf(planned)), figures).toBeLessThan(0.2)
  expect(Math.max(...planned.map(({ waitMs }) => waitMs)), figures).toBeGreaterThan(1500)
})

describe('a server that takes nobody', () => {
  const CLIENTS = 20
  const WATCHED_MS = 4000

  /** How a connection is turned away; each gives the times of the attempts. */
  const ways: Record<string, (stack: AsyncDisposableStack) => Promise<{ port: number; attempts: readonly number[] }>> =
    {
      'resets every connection': async (stack) => {
        const proxy = stack.use(await Proxy.start(1))
        proxy.goDown()
        return proxy
      },
      'answers 503': async (stack) =>
        countingServer(stack, (server) => {
          server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'))
        }),
      'closes with 1013': async (stack) => countingServer(stack, (server) => closeAll(server, 1013)),
      'says goodbye with 1001': async (stack) => countingServer(stack, (server) => closeAll(server, 1001)),
    }

  test.concurrent.each(Object.keys(ways))('is not hammered: %s', async (way) => {
    await using stack = new AsyncDisposableStack()
    const { port, attempts } = (await ways[way]?.(stack)) ?? { port: 0, attempts: [] }
    const beganMs = Date.now()
    for (let index = 0; index < CLIENTS; index += 1) {
      const client = createClient({ url: urlOf(port) })
      stack.defer(async () => void (await client.close({ timeoutMs: 0 })))
      client.reconnect()
    }
    await pause(WATCHED_MS)
    const early = attempts.filter((atMs) => atMs < beganMs + WATCHED_MS / 2).length
    const late = attempts.length - early
    expect(attempts.length).toBeGreaterThanOrEqual(CLIENTS)
    expect(attempts.length / CLIENTS).toBeLessThan(8)
    expect(late).toBeLessThan(early)
  })
})

async function countingServer(
  stack: AsyncDisposableStack,
  rejectAll: (server: Server) => void,
): Promise<{ port: number; attempts: readonly number[] }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => void server.close())
  const attempts: number[] = []
  server.on('upgrade', () => attempts.push(Date.now()))
  rejectAll(server)
  return { port: (server.address() as AddressInfo).port, attempts }
}

function closeAll(server: Server, code: number): void {
  new WebSocketServer({ server }).on('connection', (socket) => socket.close(code))
}
