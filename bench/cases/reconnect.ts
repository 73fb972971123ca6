// A thousand followers that dial at once, each 10,000 logs behind: all complete, and what the server needs for it beyond what it needs idle.

import type { Read } from '../programs/readers.ts'
import type { BenchCase } from '../src/case.ts'
import { startHistoryServer, type HistoryServer } from '../src/history.ts'
import { executionIds } from '../src/lines.ts'
import { peakDuring } from '../src/peak.ts'
import { Program } from '../src/process.ts'

const EXECUTIONS = 10
const FOLLOWERS = 1000
const BEHIND = 10_000
const MIB = 1024 * 1024

const benchCase: BenchCase = {
  name: 'reconnect',
  title: '1,000 followers of 10 executions dial at once, each 10,000 logs behind',
  contestants: () => {
    const ids = executionIds(EXECUTIONS)
    const stack = new AsyncDisposableStack()
    let server: HistoryServer
    let load: Program
    return [
      {
        name: 'runtail',
        async prepare() {
          server = await startHistoryServer(stack, Object.fromEntries(ids.map((id) => [id, BEHIND])))
          load = stack.use(await Program.start('readers'))
        },
        async run() {
          const { program, url } = server
          const before = await program.usage()
          const reading = { url, executionIds: ids, readers: FOLLOWERS / EXECUTIONS, head: BEHIND }
          const { output, grownBytes } = await peakDuring(program, () => load.ask<Read>('sockets', reading))
          const after = await program.usage()
          return {
            server_grown_mib: grownBytes / MIB,
            all_s: output.seconds,
            first_frames_ms: output.first_frames_ms,
            deliveries_per_cpu_s: (FOLLOWERS * BEHIND) / (after.cpu_s - before.cpu_s),
          }
        },
        close: () => stack.disposeAsync(),
      },
    ]
  },
  goals: [{ name: 'memory of the server', figure: 'server_grown_mib', atMost: 300 }],
}
export default benchCase
