// How much is written enters, contestants of the ingest cases leave: our server with SDK clients as producers, and bare inserts of the same rows.

import type { IngestWork } from '../peers/ingest.ts'
import type { Contestant } from './case.ts'
import { Program } from './process.ts'
import { tempFolder } from './temp.ts'

/** Our own contestant: as many clients of the SDK as producers, in one process. */
export function throughTheSdk({ producers, batches, batchSize, kind }: IngestWork): Contestant {
  const logsEach = batches * batchSize
  const stack = new AsyncDisposableStack()
  let server: Program
  let load: Program
  return {
    name: 'runtail',
    async prepare() {
      server = stack.use(await Program.start('runtail-server', { args: [stack.use(tempFolder()).path] }))
      load = stack.use(await Program.start('sdk-producers'))
      await load.ask('connect', { url: await server.ask<string>('listen'), producers, kind })
    },
    async run() {
      const [before, loadBefore] = [await server.usage({ watchStalls: true }), await load.usage()]
      const seconds = await load.ask<number>('measure', logsEach)
      const [after, loadAfter] = [await server.usage(), await load.usage()]
      return {
        logs_per_s: (producers * logsEach) / seconds,
        server_cpu_share: (after.cpu_s - before.cpu_s) / seconds,
        producers_cpu_share: (loadAfter.cpu_s - loadBefore.cpu_s) / seconds,
        stall_ms: after.stall_ms,
      }
    },
    close: () => stack.disposeAsync(),
  }
}

/** The bare limit: `node:sqlite` by itself, with the same rows in transactions of a batch. */
export function bareInserts({ producers, batches, batchSize, kind }: IngestWork): Contestant {
  const stack = new AsyncDisposableStack()
  let program: Program
  return {
    name: 'bare node:sqlite',
    async prepare() {
      program = stack.use(await Program.start('bare-inserts', { args: [stack.use(tempFolder()).path] }))
    },
    async run() {
      const transactions = producers * batches
      const work = { executions: producers, transactions, size: batchSize, kind }
      return { logs_per_s: (transactions * batchSize) / (await program.ask<number>('insert', work)) }
    },
    close: () => stack.disposeAsync(),
  }
}
