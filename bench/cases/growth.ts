// A store with much in it against one with little: an append to an execution of a million logs, and a page of a list of a hundred thousand executions.

import type { BenchCase, Contestant } from '../src/case.ts'
import { copyExecution } from '../src/executions.ts'
import { writeHistories } from '../src/history.ts'
import { executionIds } from '../src/lines.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'

const PAGE = 100

interface Size {
  readonly logs: number
  readonly executions: number
}

function serving(name: string, { logs, executions }: Size): Contestant {
  const stack = new AsyncDisposableStack()
  const [executionId = ''] = executionIds(1)
  let load: Program
  return {
    name,
    async prepare() {
      const folder = stack.use(tempFolder()).path
      await writeHistories(folder, { [executionId]: logs })
      copyExecution(folder, executions - 1)
      const server = stack.use(await Program.start('runtail-server', { args: [folder] }))
      load = stack.use(await Program.start('timed-calls'))
      await load.ask('connect', { url: await server.ask<string>('listen') })
    },
    async run() {
      return {
        append_ms: await load.ask<number>('append', { executionId, calls: 300, size: 50 }),
        list_ms: await load.ask<number>('list', { calls: 500, limit: PAGE }),
      }
    },
    close: () => stack.disposeAsync(),
  }
}

const benchCase: BenchCase = {
  name: 'growth',
  title:
    'an append of 50 logs, a page of 100 executions: 1,000,000 logs and 100,000 executions stored, or 1,000 and 100',
  contestants: () => [
    serving('large', { logs: 1_000_000, executions: 100_000 }),
    serving('small', { logs: 1000, executions: PAGE }),
  ],
  goals: [
    { name: 'append', figure: 'append_ms', ratioTo: 'small', atMost: 1.2 },
    { name: 'page of the list', figure: 'list_ms', ratioTo: 'small', atMost: 1.2 },
  ],
}
export default benchCase
