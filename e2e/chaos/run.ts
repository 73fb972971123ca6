// A duration and a seed enter; real processes, a real Chromium and a bad network run for so long, then all heals; the verdict on what they wrote down leaves.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { start, type Running } from '../test/support/process.ts'
import { TemporaryFolder } from '../test/support/server.ts'
import { followInChromium } from './chromium-follower.ts'
import { evaluate, type Span, type Verdict } from './evaluate.ts'
import type { Proxy } from './proxy.ts'
import { readRecords, recorder, type ProducerRecord, type Sighting } from './records.ts'
import { RestartingServer } from './restarting-server.ts'
import { plan, type Trouble } from './schedule.ts'
import { readStored } from './stored.ts'

/** What {@link runChaos} takes. */
export interface ChaosOptions {
  /** How long troubles go on; start and catching up come on top. */
  readonly durationMs: number
  readonly seed: number
  /** Told about each trouble. @default nobody */
  readonly log?: (line: string) => void
  /** Ends it early, with an error, and everything that it started. */
  readonly signal?: AbortSignal
}

const PRODUCERS = ['producer-1', 'producer-2', 'producer-3']
/** By name: how they follow. A seed stands for one that leaves and comes back with its cursor. */
const FOLLOWERS = { 'follower-1': 'steady', 'follower-2': 'steady', 'follower-3': '7' }
const CHROMIUM = 'chromium'

/** The longest wait between two attempts, an attempt that hangs, and time to read what was missed. */
const CATCH_UP_MS = 60_000

/** Runs it. Rejects where a process fails or does not catch up. */
export async function runChaos({ durationMs, seed, log = () => {}, signal }: ChaosOptions): Promise<Verdict> {
  await using folder = await TemporaryFolder.make()
  await using stack = new AsyncDisposableStack()
  const file = (name: string): string => join(folder.path, `${name}.jsonl`)
  const server = stack.use(await RestartingServer.start(folder.path))
  const proxies = new Map<string, Proxy>()
  for (const name of [...PRODUCERS, ...Object.keys(FOLLOWERS), CHROMIUM]) {
    proxies.set(name, await server.proxy())
  }
  const run = (name: string, program: string, args: readonly string[]): Running => {
    const url = `ws://127.0.0.1:${proxies.get(name)?.port}/trpc`
    const path = join(import.meta.dirname, 'programs', program)
    return stack.use(start(process.execPath, [path, url, file(name), ...args]))
  }

  const executionIds = PRODUCERS.map(() => randomUUID())
  const producers = PRODUCERS.map((name, index) =>
    run(name, 'producer.ts', [executionIds[index] ?? '', String(seed + index)]),
  )
  // From then on the executions exist, and can be followed.
  await Promise.all(producers.map((producer) => producer.until(/first logs are acknowledged/)))
  const followers = Object.entries(FOLLOWERS).map(([name, manner]) =>
    run(name, 'follower.ts', [manner, ...executionIds]),
  )
  const chromium = stack.use(
    await followInChromium({
      port: proxies.get(CHROMIUM)?.port ?? 0,
      executionIds,
      record: recorder<Sighting>(file(CHROMIUM)),
    }),
  )
  const problem = firstProblem([...[...producers, ...followers].map(succeeded), chromium.ended], signal)

  const troubles = plan({ seed, durationMs, victims: [...proxies.keys()] })
  const spans = await Promise.race([carryOut(troubles, { server, proxies, durationMs, log }), problem])
  log('all is well again; catching up')
  for (const producer of producers) producer.kill('SIGTERM')
  const behind = new Set<string>()
  const caughtUp = [...PRODUCERS, ...Object.keys(FOLLOWERS), CHROMIUM].map(async (name, index) => {
    behind.add(name)
    const running = [...producers, ...followers][index]
    await (running ? succeeded(running) : chromium.ended)
    behind.delete(name)
  })
  await Promise.race([Promise.all(caughtUp), problem, late(behind)])
  await server.stop('SIGTERM')

  const producerRecords = PRODUCERS.flatMap((name) => readRecords<ProducerRecord>(file(name)))
  return evaluate({
    ...submissions(producerRecords),
    stored: readStored(folder.path),
    followers: new Map([...Object.keys(FOLLOWERS), CHROMIUM].map((name) => [name, readRecords<Sighting>(file(name))])),
    spans,
    attempts: [...proxies.values()].flatMap(({ attempts }) => attempts),
  })
}

interface Scene {
  readonly server: RestartingServer
  readonly proxies: ReadonlyMap<string, Proxy>
  readonly durationMs: number
  readonly log: (line: string) => void
}

/** Lets the troubles happen; resolves when the last one is over and all networks are well. */
async function carryOut(troubles: readonly Trouble[], { server, proxies, durationMs, log }: Scene): Promise<Span[]> {
  const spans: Span[] = []
  const startedMs = Date.now()
  const happen = async (trouble: Trouble): Promise<void> => {
    await sleep(Math.max(0, startedMs + trouble.atMs - Date.now()))
    const fromMs = Date.now()
    const [what, whom] =
      trouble.type === 'network' ? [describe(trouble.fault), trouble.victim] : [`server ${trouble.type}`, 'all']
    log(`${(trouble.atMs / 1000).toFixed(1).padStart(6)} s  ${what}, ${whom}, ${(trouble.forMs / 1000).toFixed(1)} s`)
    if (trouble.type === 'network') proxies.get(trouble.victim)?.apply(trouble.fault)
    else await server.stop(trouble.type === 'kill' ? 'SIGKILL' : 'SIGTERM')
    await sleep(trouble.forMs)
    if (trouble.type === 'network') proxies.get(trouble.victim)?.resume()
    else await server.start()
    spans.push({ what, whom, fromMs, toMs: Date.now() })
  }
  // A sufferer has one trouble at a time, also where one takes longer than planned: a server may take its time to stop.
  const bySufferer = Map.groupBy(troubles, (trouble) => (trouble.type === 'network' ? trouble.victim : 'server'))
  const oneByOne = async (own: readonly Trouble[]): Promise<void> => {
    for (const trouble of own) await happen(trouble)
  }
  await Promise.all([sleep(durationMs), ...[...bySufferer.values()].map(oneByOne)])
  return spans
}

function describe({ type, ...details }: { readonly type: string }): string {
  return [type, ...Object.values(details)].join(' ')
}

/** Rejects as soon as one of these does, or the signal aborts. */
function firstProblem(parts: readonly Promise<void>[], signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  for (const part of parts) part.catch(reject)
  signal?.addEventListener('abort', () => reject(new Error('Interrupted.')))
  return promise
}

async function succeeded(running: Running): Promise<void> {
  const { code, signal } = await running.exited
  if (code !== 0)
    throw new Error(`${running.child.spawnargs.join(' ')} ended with ${code ?? signal}:\n${running.stderr}`)
}

async function late(behind: ReadonlySet<string>): Promise<never> {
  await sleep(CATCH_UP_MS, undefined, { ref: false })
  throw new Error(`Not caught up within ${CATCH_UP_MS / 1000} s: ${[...behind].join(', ')}.`)
}

function submissions(records: readonly ProducerRecord[]): {
  submitted: Map<string, string[]>
  acknowledged: Map<string, number>
} {
  const submitted = new Map<string, string[]>()
  const acknowledged = new Map<string, number>()
  for (const record of records) {
    const { execution_id: id } = record
    if (record.type === 'submitted') submitted.set(id, [...(submitted.get(id) ?? []), ...record.ids])
    else acknowledged.set(id, Math.max(record.count, acknowledged.get(id) ?? 0))
  }
  return { submitted, acknowledged }
}
