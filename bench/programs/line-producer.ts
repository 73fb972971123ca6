// A server's address enters, executions with as many lines as asked leave, written through the SDK; each line of a live stream begins with the time of its `log()`.

import { createClient, type ExecutionHandle, type LogLevel, type RuntailClient } from '@runtail/client-sdk'
import { floodMessage } from '../src/lines.ts'
import { atRate } from '../src/pace.ts'
import { answerParent } from '../src/program.ts'

/** As long as the lines that the log buffer's figures speak of. */
const LINE_LENGTH = 110
/** Lines that are due together: producers' lines come in small bursts. */
const GROUP_LINES = 20
/** Written between two looks at whether the outbox has room. */
const FILL_LINES = 500

const executions = new Map<string, ExecutionHandle>()
let client: RuntailClient

answerParent({
  connect({ url }: { url: string }) {
    client = createClient({ url, outbox: { onOverflow: 'block' } })
  },

  /** An execution with so many lines in all, still running; all of them are stored. */
  async fill({ lines, name }: { lines: number; name: string }): Promise<string> {
    const execution = await client.startExecution({ workflow_id: 'bench', name })
    executions.set(execution.id, execution)
    // Its start is the first line.
    for (let line = 2; line <= lines; line += 1) {
      if (line % FILL_LINES === 0) await execution.ready()
      write(execution, line)
    }
    await execution.flush({ timeoutMs: 120_000 })
    return execution.id
  },

  /** Writes so many lines more, at a rate; the number of lines of the execution that it begins with is `from`. */
  async stream({ id, from, count, perSecond }: { id: string; from: number; count: number; perSecond: number }) {
    const execution = executions.get(id)
    if (!execution) throw new Error(`No execution ${id} here.`)
    await atRate({ perSecond, count, groupSize: GROUP_LINES }, (index) => write(execution, from + index))
    await execution.flush({ timeoutMs: 30_000 })
  },
})

/** Every hundredth line is an error, every tenth an info; one in ten thousand is what the search is for. */
function write(execution: ExecutionHandle, line: number): void {
  const level: LogLevel = line % 100 === 0 ? 'error' : line % 10 === 0 ? 'info' : 'debug'
  const found = line % 10_000 === 7777 ? 'checksum mismatch ' : ''
  const message = `t=${Date.now()} ${found}${floodMessage(line)} `.padEnd(LINE_LENGTH, 'abcdefghijklmnopqrstuvwxyz ')
  execution.log(message, { level, step_name: 'hash chunks', step_type: 'compute' })
}
