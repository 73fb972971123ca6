// A pace enters, a contestant leaves that says how long logs took at it, from the call that appends to the callback of followers.

import type { Latency, Pace } from '../programs/sdk-latency.ts'
import type { Contestant, Figures } from './case.ts'
import { Program } from './process.ts'
import { tempFolder } from './temp.ts'

/** The programs of a contestant, and what they do. */
export interface LatencyOptions {
  readonly name: string
  readonly server: 'runtail-server' | 'bare-relay'
  readonly load: 'sdk-latency' | 'bare-latency'
  readonly followers: number
  readonly pace: Pace
}

/** Makes the contestant. */
export function latency({ name, server: serverName, load: loadName, followers, pace }: LatencyOptions): Contestant {
  const stack = new AsyncDisposableStack()
  let server: Program
  let load: Program
  return {
    name,
    async prepare() {
      const folder = stack.use(tempFolder())
      server = stack.use(await Program.start(serverName, { args: [folder.path] }))
      load = stack.use(await Program.start(loadName))
      await load.ask('connect', { url: await server.ask<string>('listen'), followers })
    },
    async run(): Promise<Figures> {
      const before = await server.usage({ watchStalls: true })
      const loadBefore = await load.usage({ watchStalls: true })
      const started = performance.now()
      const measured = await load.ask<Latency>('measure', pace)
      const seconds = (performance.now() - started) / 1000
      const after = await server.usage()
      const loadAfter = await load.usage()
      return {
        ...measured,
        stall_ms: after.stall_ms,
        server_cpu_share: (after.cpu_s - before.cpu_s) / seconds,
        load_cpu_share: (loadAfter.cpu_s - loadBefore.cpu_s) / seconds,
        load_stall_ms: loadAfter.stall_ms,
      }
    },
    close: () => stack.disposeAsync(),
  }
}
