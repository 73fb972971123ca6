// A server's URL enters, how fast SDK clients make logs durable leaves: each reports as fast as its outbox takes, and all is acknowledged at the end.

import { createClient, type ExecutionHandle, type RuntailClient } from '@runtail/client-sdk'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf, type LogKind } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

/** Lines of one turn of the program. */
const TURN = 100

let messages: readonly string[] = []
let clients: readonly RuntailClient[] = []
let handles: readonly ExecutionHandle[] = []

answerParent({
  async connect({ url, producers, kind = 'flood' }: { url: string; producers: number; kind?: LogKind }) {
    messages = Array.from({ length: 1000 }, (_, index) => messageOf(kind, index))
    clients = Array.from({ length: producers }, () => createClient({ url }))
    handles = await Promise.all(clients.map((client) => client.startExecution({ workflow_id: 'bench' })))
    await Promise.all(handles.map((handle) => handle.flush()))
  },

  /** Resolves with the seconds until the last log of each is acknowledged. Rejects where one was dropped. */
  async measure(logsEach: number): Promise<number> {
    const before = acknowledged()
    const started = performance.now()
    for (let index = 0; index < logsEach; index += TURN) {
      for (const handle of handles) {
        for (let next = 0; next < TURN; next += 1) handle.log(messages[(index + next) % 1000] ?? '', { level: 'debug' })
      }
      await nextTurn()
    }
    await Promise.all(handles.map((handle) => handle.flush()))
    const seconds = (performance.now() - started) / 1000
    const stored = acknowledged() - before
    if (stored !== logsEach * handles.length)
      throw new Error(`${stored} of ${logsEach * handles.length} logs were stored.`)
    return seconds
  },
})

function acknowledged(): number {
  return clients.reduce((sum, { outbox }) => sum + outbox.getSnapshot().acknowledged, 0)
}
