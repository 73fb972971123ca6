// An execution enters, all its logs as each way out of the server gives them leave: for comparing the ways with each other.

import type { Page } from 'playwright'
import { createClient } from '@runtail/client-sdk'
import type { ExecutionLog } from '@runtail/core'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { runtail } from './server.ts'

/** What is compared: the place of a line and its text. */
export interface SeenLine {
  readonly seq: number
  readonly text: string
}

/** A log as a line. */
export function lineOf(log: ExecutionLog): SeenLine {
  return { seq: log.seq, text: log.message ?? '' }
}

/** Page by page through `logs.read`. */
export async function byRead(port: number, executionId: string): Promise<ExecutionLog[]> {
  await using client = createClient({ url: `ws://localhost:${port}/trpc` })
  const logs: ExecutionLog[] = []
  for (;;) {
    const page = await client.api.logs.read.query({
      execution_id: executionId,
      after: logs.at(-1)?.seq ?? 0,
      limit: 1000,
    })
    logs.push(...page.logs)
    if (page.logs.length === 0 || (logs.at(-1)?.seq ?? 0) >= page.head) return logs
  }
}

/** `runtail tail --json`, which ends with the execution. */
export async function byTail(port: number, executionId: string): Promise<ExecutionLog[]> {
  await using tail = runtail(port, ['tail', executionId, '--json'])
  await tail.exited
  return tail.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExecutionLog)
}

/** The plain endpoint, one JSON text frame per log, up to `head`. */
export async function byPlainEndpoint(port: number, executionId: string, head: number): Promise<ExecutionLog[]> {
  const socket = new WebSocket(`ws://localhost:${port}/ws/executions/${executionId}/logs`)
  const logs: ExecutionLog[] = []
  const complete = new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      logs.push(JSON.parse(data.toString('utf8')) as ExecutionLog)
      if (logs.at(-1)?.seq === head) resolve()
    })
    socket.on('error', reject)
    socket.on('close', (code) => {
      reject(new Error(`closed with ${code} after ${logs.length} logs`))
    })
  })
  await complete
  socket.removeAllListeners('close')
  socket.close()
  await once(socket, 'close')
  return logs
}
