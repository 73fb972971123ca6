// A server's URL enters, how long calls take one after another leaves: appends to one execution, and first pages of the list of executions.

import { makeLogs } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'
import { quantile } from '../src/stats.ts'
import { connectCalls, type TrpcCall } from '../src/trpc-calls.ts'

let call: TrpcCall

answerParent({
  async connect({ url }: { url: string }) {
    call = await connectCalls(url)
  },

  /** The median of so many appends, in milliseconds. */
  append({ executionId, calls, size }: { executionId: string; calls: number; size: number }): Promise<number> {
    const inputs = Array.from({ length: calls }, () => ({
      execution_id: executionId,
      logs: makeLogs(executionId, size),
    }))
    return medianMs(calls, (index) => call('mutation', 'logs.append', inputs[index]))
  },

  /** The median of so many lists, in milliseconds. */
  list({ calls, limit }: { calls: number; limit: number }): Promise<number> {
    return medianMs(calls, () => call('query', 'executions.list', { limit }))
  },
})

async function medianMs(count: number, work: (index: number) => Promise<void>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const started = performance.now()
    await work(index)
    times.push(performance.now() - started)
  }
  return quantile(times, 0.5)
}
