// A server's URL enters, what a call of `log()` costs who calls it leaves, and what the client still holds of logs that were acknowledged.

import { createClient, type ExecutionHandle } from '@runtail/client-sdk'
import { floodMessage } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

/** What `measure` answers. */
export interface LogCall {
  /** Of one call, its making of JSON included, its sending not. */
  readonly us_per_call: number
  /** All of it, with sending and acknowledgement: the process's CPU for one log. */
  readonly cpu_us_per_log: number
}

const CALLS = 200_000
/** Calls in one turn of the event loop; well below what the outbox takes. */
const BURST = 10_000
const MESSAGES = Array.from({ length: 1000 }, (_, index) => floodMessage(index))

let execution: ExecutionHandle

answerParent({
  async connect({ url }: { url: string }) {
    execution = await createClient({ url }).startExecution({ workflow_id: 'bench' })
    await execution.flush()
  },

  async measure(): Promise<LogCall> {
    const cpu = process.cpuUsage()
    let callsMs = 0
    for (let done = 0; done < CALLS; done += BURST) {
      const started = performance.now()
      for (let index = 0; index < BURST; index += 1) {
        execution.log(MESSAGES[index % MESSAGES.length] ?? '', { level: 'debug' })
      }
      callsMs += performance.now() - started
      await execution.flush()
    }
    const { user, system } = process.cpuUsage(cpu)
    return { us_per_call: (callsMs * 1000) / CALLS, cpu_us_per_log: (user + system) / CALLS }
  },
})
