// The last 1,000 logs of a million, and the 1,000 of a short execution: how long until the first frame is there, dial and all.

import type { Read } from '../programs/readers.ts'
import type { BenchCase, Contestant, Figures } from '../src/case.ts'
import { Shared, startHistoryServer, type HistoryServer } from '../src/history.ts'
import { executionIds } from '../src/lines.ts'
import { Program } from '../src/process.ts'
import { quantile } from '../src/stats.ts'

const LAST = 1000
const OPENINGS = 100

const [long = '', short = ''] = executionIds(2)
const history = new Shared((stack) => startHistoryServer(stack, { [long]: 1_000_000, [short]: LAST }))

function opening(name: string, executionId: string, head: number): Contestant {
  const stack = new AsyncDisposableStack()
  let server: HistoryServer
  let load: Program
  return {
    name,
    async prepare() {
      stack.defer(() => history.giveBack())
      server = await history.take()
      load = stack.use(await Program.start('readers'))
    },
    async run(): Promise<Figures> {
      const { url } = server
      const reads: Read[] = []
      for (let index = 0; index < OPENINGS; index += 1) {
        reads.push(await load.ask<Read>('sockets', { url, executionIds: [executionId], head, last: LAST }))
      }
      return {
        first_frame_ms: quantile(
          reads.map((read) => read.first_frames_ms),
          0.5,
        ),
        all_ms: quantile(
          reads.map((read) => read.seconds * 1000),
          0.5,
        ),
      }
    },
    close: () => stack.disposeAsync(),
  }
}

const benchCase: BenchCase = {
  name: 'last-1000',
  title: 'the last 1,000 logs of 1,000,000',
  contestants: () => [opening('of 1,000,000', long, 1_000_000), opening('of 1,000', short, LAST)],
  goals: [{ name: 'first frame', figure: 'first_frame_ms', ratioTo: 'of 1,000', atMost: 1.5 }],
}
export default benchCase
