// How much is written enters, contestants of the ingest cases leave: our server with SDK clients as producers, and bare inserts of the same rows.

import type { IngestWork } from '../peers/ingest.ts'
import type { Inserts } from '../programs/bare-inserts.ts'
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
  const inserts = { executions: producers, transactions: producers * batches, size: batchSize, kind }
  return bareContestant({ name: 'bare node:sqlite', figure: 'logs_per_s', inserts })
}

/** What is inserted, under which name, and as what it is told. */
export interface BareWork {
  readonly name: string
  /** Rows a second. */
  readonly figure: string
  readonly inserts: Inserts
}

/** `node:sqlite` by itself. */
export function bareContestant({ name, figure, inserts }: BareWork): Contestant {
  const stack = new AsyncDisposableStack()
  let program: Program
  return {
    name,
    async prepare() {
      program = stack.use(await Program.start('bare-inserts', { args: [stack.use(tempFolder()).path] }))
    },
    async run() {
      const rows = inserts.transactions * inserts.size
      return { [figure]: rows / (await program.ask<number>('insert', inserts)) }
    },
    close: () => stack.disposeAsync(),
  }
}
