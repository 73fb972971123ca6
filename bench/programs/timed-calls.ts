// A server's URL enters, how long calls take one after another leaves: appends to one execution, and first pages of the list of executions.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { makeLogs } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'
import { quantile } from '../src/stats.ts'

let call: (method: 'query' | 'mutation', path: string, input: unknown) => Promise<void>

answerParent({
  async connect({ url }: { url: string }) {
    const socket = new WebSocket(url, { perMessageDeflate: false })
    let answered = Promise.withResolvers<void>()
    socket.on('message', (bytes: Buffer) => {
      const text = bytes.toString()
      if (text.startsWith('{"id":1,"error"')) answered.reject(new Error(text))
      else answered.resolve()
    })
    await once(socket, 'open')
    call = (method, path, input) => {
      answered = Promise.withResolvers<void>()
      socket.send(JSON.stringify({ id: 1, method, params: { path, input } }))
      return answered.promise
    }
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
