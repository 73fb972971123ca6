// The other end of `process.ts`, in a measured process: questions enter over IPC, answers leave; it ends with the process that asked.

import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What a process has used. */
export interface Usage {
  /** Of all its threads, since it started. */
  readonly cpu_s: number
  readonly rss_bytes: number
  /** The JavaScript heap in use; after a collection where the process runs with `--expose-gc` and it was asked for. */
  readonly heap_bytes: number
  /** Of buffers, which lie beside that heap. */
  readonly buffers_bytes: number
  /** The longest time since the last question during which its event loop did nothing else; 0 where it was not to be looked for. */
  readonly stall_ms: number
}

/** How a process is asked for what it has used. */
export interface UsageQuestion {
  /** After a collection of garbage. @default false */
  readonly collect?: boolean
  /** Also after the gaps that garbage left are closed and their memory is given back, as in a process that was idle for long. Compiled code goes with it. @default false */
  readonly compact?: boolean
  /** Looks for stalls until the next question: then the process wakes up all the time, also while others are measured. @default false */
  readonly watchStalls?: boolean
}

/** What a program can be asked; whatever enters and leaves is JSON. */
export type Handlers = Readonly<Record<string, (input: never) => unknown>>

interface Question {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

/** How often the loop is looked at; a stall is known as exactly as that. */
const RESOLUTION_MS = 2

/** Answers what the parent asks, one question beside another, and `usage` by itself. */
export function answerParent(handlers: Handlers): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const usage = ({ collect = false, compact = false, watchStalls = false }: UsageQuestion = {}): Usage => {
    if (compact) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    else if (collect) globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    const longest = delays.max / 1e6
    delays.reset()
    if (watchStalls) delays.enable()
    else delays.disable()
    return {
      cpu_s: (user + system) / 1e6,
      rss_bytes: rss,
      heap_bytes: heapUsed,
      buffers_bytes: arrayBuffers,
      stall_ms: longest,
    }
  }
  const all: Record<string, (input: never) => unknown> = { ...handlers, usage }
  // Whoever started this is gone, whatever became of it.
  process.once('disconnect', () => process.exit(0))
  // An interrupt at the terminal reaches all processes; the one that reports decides when this one ends.
  process.on('SIGINT', () => undefined)
  const answer = async ({ name, input }: Question): Promise<unknown> => {
    const handler = all[name]
    if (!handler) throw new Error(`This program cannot be asked for ${name}.`)
    return await handler(input as never)
  }
  process.on('message', (question: Question) => {
    answer(question).then(
      (output) => process.send?.({ id: question.id, output }),
      (error: unknown) =>
        process.send?.({ id: question.id, error: error instanceof Error ? error.stack : String(error) }),
    )
  })
  process.send?.({ ready: true })
}
