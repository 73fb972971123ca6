// The URL of a server's `/trpc` enters, bursts leave over one socket, each as one `logs.append`; the next is asked for when the one before is acknowledged.

import type { AppendResult } from '@runtail/core'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerAsFanout } from '../src/fanout-program.ts'

interface Answer {
  readonly id: number
  readonly result?: { readonly data: unknown }
  readonly error?: unknown
}

const asked = new Map<number, PromiseWithResolvers<unknown>>()
let calls = 0
const socket = new WebSocket(process.argv[2] ?? '', { perMessageDeflate: false })
socket.on('message', (bytes: Buffer) => {
  const { id, result, error } = JSON.parse(bytes.toString()) as Answer
  if (result) asked.get(id)?.resolve(result.data)
  else asked.get(id)?.reject(new Error(JSON.stringify(error)))
  asked.delete(id)
})
await once(socket, 'open')

answerAsFanout({
  listen: () => Promise.reject(new Error('A producer listens to nobody.')),
  async create(executionIds) {
    await Promise.all(executionIds.map((id) => call('executions.create', { id, workflow_id: 'bench' })))
  },
  async append(executionId, logs) {
    return (await call<AppendResult>('logs.append', { execution_id: executionId, logs })).head
  },
})

async function call<Output>(path: string, input: unknown): Promise<Output> {
  const settle = Promise.withResolvers<unknown>()
  calls += 1
  asked.set(calls, settle)
  socket.send(JSON.stringify({ id: calls, method: 'mutation', params: { path, input } }))
  return (await settle.promise) as Output
}
