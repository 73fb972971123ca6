// Followers that wait, followers that stopped reading, and bare sockets: what each holds in its server's process, which is a new one for each round.

import { setTimeout } from 'node:timers/promises'
import type { BenchCase, Contestant, Figures } from '../src/case.ts'
import { writeHistories } from '../src/history.ts'
import { executionIds } from '../src/lines.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'
import type { Usage } from '../src/program.ts'
import type { Opening } from '../programs/sockets.ts'

const KIB = 1024
/** 10 MB: more than a socket's buffers take, whatever the place where its follower begins. */
const LOGS = 30_000
/** How long nothing may change for a process to be settled, and what counts as nothing. */
const SETTLE_MS = 250
const SETTLED_BYTES = 256 * KIB

interface Measured {
  readonly name: string
  readonly server: 'runtail-server' | 'bare-sockets'
  readonly count: number
  readonly follows?: 'quiet' | 'long'
  readonly stalls?: boolean
}

function holding({ name, server, count, follows, stalls = false }: Measured): Contestant {
  const [quiet = '', long = ''] = executionIds(2)
  const executionId = follows === 'quiet' ? quiet : long
  return {
    name,
    async run(): Promise<Figures> {
      using folder = tempFolder()
      if (follows !== undefined) {
        await writeHistories(folder.path, { [quiet]: 10, [long]: follows === 'long' ? LOGS : 0 })
      }
      await using program = await Program.start(server, { args: [folder.path], nodeArgs: ['--expose-gc'] })
      const url = await program.ask<string>('listen')
      await using load = await Program.start('sockets')
      const open = (opened: number): Promise<void> => {
        const opening: Opening = { url, count: opened, stalls, ...(follows === undefined ? {} : { executionId }) }
        return load.ask('open', opening)
      }
      // What the first ones need, the others share: code, caches and the ring.
      await open(Math.ceil(count / 2))
      const before = await settled(program)
      await open(count)
      const after = await settled(program)
      return {
        rss_kib: (after.rss_bytes - before.rss_bytes) / count / KIB,
        held_kib: (after.heap_bytes + after.buffers_bytes - before.heap_bytes - before.buffers_bytes) / count / KIB,
      }
    },
  }
}

/**
 * What a process uses when it no longer changes: sockets that stall go on filling for a while after they were opened. Compacted, since what is resident beyond that is
 * what the collector has reserved: it depends on how fast sockets were opened, and hides what they hold.
 */
async function settled(program: Program): Promise<Usage> {
  let last = await program.usage({ compact: true })
  for (;;) {
    await setTimeout(SETTLE_MS)
    const usage = await program.usage({ compact: true })
    const grown = usage.heap_bytes + usage.buffers_bytes - last.heap_bytes - last.buffers_bytes
    if (Math.abs(grown) < SETTLED_BYTES) return usage
    last = usage
  }
}

const benchCase: BenchCase = {
  name: 'memory',
  title: 'what one follower holds in the server',
  contestants: () => [
    holding({ name: 'idle follower', server: 'runtail-server', count: 2000, follows: 'quiet' }),
    holding({ name: 'bare socket', server: 'bare-sockets', count: 2000 }),
    holding({ name: 'stalled follower', server: 'runtail-server', count: 100, follows: 'long', stalls: true }),
  ],
  goals: [
    { name: 'an idle follower', figure: 'rss_kib', ratioTo: 'bare socket', atMost: 2 },
    { name: 'a stalled follower', of: 'stalled follower', figure: 'held_kib', atMost: 512 },
  ],
}
export default benchCase
