// 100 producers that append one log a call, each acknowledged after a FULL commit, against bare commits of one row: what shares a commit is what makes the difference.

import type { BenchCase, Contestant } from '../src/case.ts'
import { bareContestant } from '../src/ingest.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'

const PRODUCERS = 100
const CALLS_EACH = 150
const BARE_ROWS = 4000

function grouped(): Contestant {
  const stack = new AsyncDisposableStack()
  let server: Program
  let load: Program
  return {
    name: 'runtail',
    async prepare() {
      server = stack.use(await Program.start('runtail-server', { args: [stack.use(tempFolder()).path] }))
      load = stack.use(await Program.start('single-appends'))
      await load.ask('connect', { url: await server.ask<string>('listen'), count: PRODUCERS })
    },
    async run() {
      const before = await server.usage()
      const seconds = await load.ask<number>('measure', CALLS_EACH)
      const after = await server.usage()
      return {
        appends_per_s: (PRODUCERS * CALLS_EACH) / seconds,
        server_cpu_share: (after.cpu_s - before.cpu_s) / seconds,
      }
    },
    close: () => stack.disposeAsync(),
  }
}

const bare = bareContestant({
  name: 'bare one-row commits',
  figure: 'appends_per_s',
  inserts: { executions: PRODUCERS, transactions: BARE_ROWS, size: 1 },
})

const benchCase: BenchCase = {
  name: 'ingest-single',
  title: '100 producers, one log per append call, acknowledged after FULL commit',
  // The sync of a disk that others use too takes now one time, now the double of it.
  rounds: 9,
  contestants: () => [grouped(), bare],
  goals: [{ name: 'group commit works', figure: 'appends_per_s', ratioTo: 'bare one-row commits', atLeast: 4 }],
}
export default benchCase
