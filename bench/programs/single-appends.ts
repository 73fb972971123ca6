// A server's URL enters, how fast many producers append one log a call leaves: each on a socket of its own, the next call when the one before is acknowledged.

import type { NewExecutionLog } from '@runtail/core'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { executionIds, makeLogs } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

interface Producer {
  readonly executionId: string
  readonly call: (path: string, input: unknown) => Promise<void>
}

let producers: readonly Producer[] = []

answerParent({
  async connect({ url, count }: { url: string; count: number }) {
    producers = await Promise.all(executionIds(count).map((executionId) => connect(url, executionId)))
    await Promise.all(
      producers.map(({ executionId, call }) => call('executions.create', { id: executionId, workflow_id: 'bench' })),
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
        for (const log of logs) await call('logs.append', { execution_id: executionId, logs: [log] })
      }),
    )
    return (performance.now() - started) / 1000
  },
})

async function connect(url: string, executionId: string): Promise<Producer> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  let answered = Promise.withResolvers<void>()
  socket.on('message', (bytes: Buffer) => {
    const text = bytes.toString()
    if (text.startsWith('{"id":1,"error"')) answered.reject(new Error(text))
    else answered.resolve()
  })
  await once(socket, 'open')
  return {
    executionId,
    call(path, input) {
      answered = Promise.withResolvers<void>()
      socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path, input } }))
      return answered.promise
    },
  }
}
