// What reporting costs a program: the time of a call of `log()`, the CPU of its delivery, and the memory that stays when 200,000 logs a round are acknowledged.

import type { LogCall } from '../programs/log-call.ts'
import type { BenchCase, Figures } from '../src/case.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'

const stack = new AsyncDisposableStack()
let program: Program
let heapBefore: number | undefined

const logCall: BenchCase = {
  name: 'log-call',
  title: 'execution.log() on the caller’s side; 1,000,000 acknowledged logs in five rounds',
  contestants: () => [
    {
      name: 'runtail',
      async prepare() {
        const server = stack.use(await Program.start('runtail-server', { args: [stack.use(tempFolder()).path] }))
        program = stack.use(await Program.start('log-call', { nodeArgs: ['--expose-gc'] }))
        await program.ask('connect', { url: await server.ask<string>('listen') })
      },
      async run(): Promise<Figures> {
        const measured = await program.ask<LogCall>('measure')
        const { heap_bytes } = await program.usage({ collect: true })
        // The first round only warms up.
        const kept_mb = (heap_bytes - (heapBefore ?? heap_bytes)) / 1e6
        heapBefore ??= heap_bytes
        return { ...measured, kept_mb }
      },
      close: () => stack.disposeAsync(),
    },
  ],
  goals: [
    { name: 'call', figure: 'us_per_call', atMost: 3 },
    { name: 'kept after the acknowledgement', figure: 'kept_mb', atMost: 1 },
  ],
}

export default logCall
