// The log buffer with 1,000,000 lines of 110 bytes: how fast it takes them and finds among them, and what it holds.

import type { BenchCase, Figures } from '../src/case.ts'
import { Program } from '../src/process.ts'

let program: Program | undefined

const logBuffer: BenchCase = {
  name: 'log-buffer',
  title: 'Log buffer: 1,000,000 lines of 110 bytes, in order, shuffled, repeated, filtered, searched',
  contestants: () => [
    {
      name: 'runtail',
      async prepare() {
        program = await Program.start('log-buffer', { nodeArgs: ['--expose-gc'] })
      },
      async run() {
        if (!program) throw new Error('Prepare first.')
        return await program.ask<Figures>('measure')
      },
      async close() {
        await program?.stop()
      },
    },
  ],
  goals: [
    { name: 'put in order', figure: 'put_per_s', atLeast: 600_000 },
    { name: 'put shuffled', figure: 'shuffled_per_s', atLeast: 400_000 },
    { name: 'put duplicates', figure: 'duplicates_per_s', atLeast: 10_000_000 },
    { name: 'bytes off the heap', figure: 'off_heap_mb', atMost: 160 },
    { name: 'JS heap', figure: 'heap_mb', atMost: 20 },
    { name: 'level filter', figure: 'level_filter_ms', atMost: 20 },
    { name: 'search, whole', figure: 'search_ms', atMost: 500 },
    { name: 'search, first hit', figure: 'first_hit_ms', atMost: 50 },
    { name: 'search, longest slice', figure: 'slice_ms', atMost: 10 },
  ],
}

export default logBuffer
