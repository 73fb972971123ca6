// How many follow what enters, a contestant of a fan-out case leaves: a server, followers in another process, and bursts one after another, each durable and seen by all before the next.

import type { Received } from '../programs/followers.ts'
import type { Contestant, Figures } from './case.ts'
import { executionIds, type LogKind } from './lines.ts'
import { Program, type Usage } from './process.ts'
import { tempFolder } from './temp.ts'

/** What a contestant of a fan-out case does. */
export interface FanoutOptions {
  readonly name: string
  /** How followers speak: 'runtail', 'bare', … */
  readonly protocol: string
  /** @default 1 */
  readonly executions?: number
  /** Of each execution. */
  readonly followers: number
  /** In one run. */
  readonly bursts: number
  /** @default 'flood' */
  readonly kind?: LogKind
  /** Who makes the bursts: the server's own process, or another one that sends them to it. @default 'in-process' */
  readonly producer?: 'in-process' | 'socket'
}

const BURST_SIZE = 50

/** Makes the contestant. */
export function fanout(options: FanoutOptions): Contestant {
  const { name, protocol, executions = 1, followers, bursts, kind } = options
  const followed = executionIds(executions)
  const quiet = executionIds(executions)
  const stack = new AsyncDisposableStack()
  let server: Program
  let producing: Program
  let load: Program

  /** Appends bursts in turn to these executions; the CPU seconds that it took the server. */
  async function append(ids: readonly string[], isFollowed: boolean): Promise<{ cpuSeconds: number; seconds: number }> {
    await producing.ask('begin', { executionIds: ids, count: bursts, size: BURST_SIZE, kind })
    const before: Usage = await server.usage()
    const started = performance.now()
    for (let burst = 0; burst < bursts; burst += 1) {
      const seq = await producing.ask<number>('burst')
      if (isFollowed) await load.ask('until', { executionId: ids[burst % ids.length], seq })
    }
    const seconds = (performance.now() - started) / 1000
    const after = await server.usage()
    return { cpuSeconds: after.cpu_s - before.cpu_s, seconds }
  }

  return {
    name,
    async prepare() {
      const folder = stack.use(tempFolder())
      server = stack.use(await startServer(options, folder.path))
      load = stack.use(await Program.start('followers'))
      const url = await server.ask<string>('listen')
      producing = options.producer === 'socket' ? stack.use(await Program.start('producer', { args: [url] })) : server
      await producing.ask('create', [...followed, ...quiet])
      await load.ask('connect', {
        protocol: protocol === 'bare-one-by-one' ? 'bare' : protocol,
        url,
        executionIds: followed,
        followers,
      })
    },
    async run(): Promise<Figures> {
      const unheard = await append(quiet, false)
      await load.ask('check')
      const loadBefore = await load.usage()
      const { cpuSeconds, seconds } = await append(followed, true)
      const loadAfter = await load.usage()
      const { deliveries, messages, bytes } = await load.ask<Received>('check')
      const expected = bursts * BURST_SIZE * followers
      if (deliveries !== expected) throw new Error(`${deliveries} deliveries of ${expected}`)
      return {
        deliveries_per_cpu_s: deliveries / cpuSeconds,
        deliveries_per_s: deliveries / seconds,
        us_per_delivery: (cpuSeconds * 1e6) / deliveries,
        us_per_delivery_beyond_append: ((cpuSeconds - unheard.cpuSeconds) * 1e6) / deliveries,
        append_us_per_log: (unheard.cpuSeconds * 1e6) / (bursts * BURST_SIZE),
        logs_per_message: deliveries / messages,
        bytes_per_log: bytes / deliveries,
        server_cpu_share: cpuSeconds / seconds,
        followers_cpu_share: (loadAfter.cpu_s - loadBefore.cpu_s) / seconds,
      }
    },
    close: () => stack.disposeAsync(),
  }
}

/** Users' own server, where a producer on a socket can reach it; else one that can be told to append. */
function startServer({ protocol, producer }: FanoutOptions, folder: string): Promise<Program> {
  const nodeArgs = ['--expose-gc']
  if (protocol !== 'runtail') return Program.start('fanout-peer', { args: [protocol, folder], nodeArgs })
  return Program.start(producer === 'socket' ? 'runtail-server' : 'fanout-runtail', { args: [folder], nodeArgs })
}
