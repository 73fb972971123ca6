// A server's URL enters, how fast many producers append one log a call leaves: each on a socket of its own, the next call when the one before is acknowledged.

import type { NewExecutionLog } from '@runtail/core'
import { executionIds, makeLogs } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'
import { connectCalls, type TrpcCall } from '../src/trpc-calls.ts'

interface Producer {
  readonly executionId: string
  readonly call: TrpcCall
}

let producers: readonly Producer[] = []

answerParent({
  async connect({ url, count }: { url: string; count: number }) {
    producers = await Promise.all(executionIds(count).map((executionId) => connect(url, executionId)))
    await Promise.all(
      producers.map(({ executionId, call }) =>
        call('mutation', 'executions.create', { id: executionId, workflow_id: 'bench' }),
      ),
    )
  },

  /** Seconds for so many calls of each. */
  async measure(calls: number): Promise<number> {
    const work = producers.map((producer) => ({ producer, logs: [] as NewExecutionLog[] }))
    // In turn, so that ids rise in about the order of the calls, as those of programs that report at the same time do.
    for (let index = 0; index < calls; index += 1) {
      for (const { producer, logs } of work) logs.push(...makeLogs(producer.executionId, 1, { from: index }))
    }
    const started = performance.now()
    await Promise.all(
      work.map(async ({ producer: { executionId, call }, logs }) => {
        for (const log of logs) await call('mutation', 'logs.append', { execution_id: executionId, logs: [log] })
      }),
    )
    return (performance.now() - started) / 1000
  },
})

async function connect(url: string, executionId: string): Promise<Producer> {
  return { executionId, call: await connectCalls(url) }
}
