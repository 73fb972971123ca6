// Four producers, every log acknowledged after its FULL commit: through the SDK and a WebSocket, against bare inserts of the same rows and what databases take.

import { ingestContestant } from '../peers/ingest.ts'
import { nats } from '../peers/nats.ts'
import { postgres } from '../peers/postgres.ts'
import { redis } from '../peers/redis.ts'
import type { BenchCase, Contestant } from '../src/case.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'

/** As long as a run is to be: half of it measured mostly how servers get going after a pause. */
const work = { producers: 4, batches: 50, batchSize: 500 }
/** A fifth, for whoever needs five times as long for a log. */
const lessWork = { ...work, batches: 10 }
const logs = work.producers * work.batches * work.batchSize

function throughTheSdk(): Contestant {
  const stack = new AsyncDisposableStack()
  let server: Program
  let load: Program
  return {
    name: 'runtail',
    async prepare() {
      server = stack.use(await Program.start('runtail-server', { args: [stack.use(tempFolder()).path] }))
      load = stack.use(await Program.start('sdk-producers'))
      await load.ask('connect', { url: await server.ask<string>('listen'), producers: work.producers })
    },
    async run() {
      const [before, loadBefore] = [await server.usage({ watchStalls: true }), await load.usage()]
      const seconds = await load.ask<number>('measure', work.batches * work.batchSize)
      const [after, loadAfter] = [await server.usage(), await load.usage()]
      return {
        logs_per_s: logs / seconds,
        server_cpu_share: (after.cpu_s - before.cpu_s) / seconds,
        producers_cpu_share: (loadAfter.cpu_s - loadBefore.cpu_s) / seconds,
        stall_ms: after.stall_ms,
      }
    },
    close: () => stack.disposeAsync(),
  }
}

function bare(): Contestant {
  const stack = new AsyncDisposableStack()
  let program: Program
  return {
    name: 'bare node:sqlite',
    async prepare() {
      program = stack.use(await Program.start('bare-inserts', { args: [stack.use(tempFolder()).path] }))
    },
    async run() {
      const { producers: executions, batches, batchSize: size } = work
      const seconds = await program.ask<number>('insert', { executions, transactions: executions * batches, size })
      return { logs_per_s: logs / seconds }
    },
    close: () => stack.disposeAsync(),
  }
}

const benchCase: BenchCase = {
  name: 'ingest',
  title: '4 producers through the SDK and WebSocket, acknowledged after FULL commit; peers in batches of 500',
  // Redis and Postgres differ by half from one round to the next.
  rounds: 7,
  contestants: () => [
    throughTheSdk(),
    bare(),
    ingestContestant(redis, work),
    ingestContestant(postgres, work),
    ingestContestant(nats, lessWork),
  ],
  goals: [
    { name: 'near bare inserts', figure: 'logs_per_s', ratioTo: 'bare node:sqlite', atLeast: 0.6 },
    { name: 'no slower than a stream', figure: 'logs_per_s', ratioTo: redis.name, atLeast: 1 },
  ],
}
export default benchCase
