// An execution of a million logs, read from the first to the last: through the SDK, over a socket that only counts, and from a bare process on the same database.

import type { Read } from '../programs/readers.ts'
import type { BenchCase, Contestant, Figures } from '../src/case.ts'
import { Shared, startHistoryServer, type HistoryServer } from '../src/history.ts'
import { executionIds } from '../src/lines.ts'
import { peakDuring } from '../src/peak.ts'
import { Program } from '../src/process.ts'

const LOGS = 1_000_000
const MIB = 1024 * 1024

const [executionId = ''] = executionIds(1)
const history = new Shared((stack) => startHistoryServer(stack, { [executionId]: LOGS }))

type Serve = (stack: AsyncDisposableStack, server: HistoryServer) => Promise<{ program: Program; url: string }>

const itself: Serve = (_, server) => Promise.resolve(server)

const bare: Serve = async (stack, { folder }) => {
  const program = stack.use(await Program.start('bare-history', { args: [folder], nodeArgs: ['--expose-gc'] }))
  return { program, url: await program.ask<string>('listen') }
}

function reader(name: string, how: 'sdk' | 'sockets', serve: Serve = itself): Contestant {
  const stack = new AsyncDisposableStack()
  let server: { program: Program; url: string }
  let load: Program
  return {
    name,
    async prepare() {
      stack.defer(() => history.giveBack())
      server = await serve(stack, await history.take())
      load = stack.use(await Program.start('readers'))
    },
    async run(): Promise<Figures> {
      const { url, program } = server
      const before = await program.usage()
      const { output, grownBytes } = await peakDuring(program, () =>
        load.ask<Read>(how, { url, executionIds: [executionId], head: LOGS }),
      )
      const after = await program.usage()
      return {
        logs_per_s: LOGS / output.seconds,
        server_us_per_log: ((after.cpu_s - before.cpu_s) * 1e6) / LOGS,
        reader_us_per_log: (output.cpu_s * 1e6) / LOGS,
        server_grown_mib: grownBytes / MIB,
      }
    },
    close: () => stack.disposeAsync(),
  }
}

const benchCase: BenchCase = {
  name: 'catch-up',
  title: 'an execution of 1,000,000 logs, from the first to the last',
  warmUps: 2,
  contestants: () => [
    reader('runtail', 'sdk'),
    reader('runtail, a socket that only counts', 'sockets'),
    reader('bare', 'sockets', bare),
  ],
  goals: [
    { name: 'near the bare limit', figure: 'logs_per_s', ratioTo: 'bare', atLeast: 0.5 },
    { name: 'memory of the server', figure: 'server_grown_mib', atMost: 64 },
  ],
}
export default benchCase
