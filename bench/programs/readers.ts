// A server's URL and executions enter, how long it took to read them to their heads leaves: through the SDK, or over sockets that only look at seqs.

import { createClient } from '@runtail/client-sdk'
import { WebSocket } from 'ws'
import { answerParent } from '../src/program.ts'
import { seqsIn } from '../src/seqs.ts'

/** What is read, and by how many at once. */
export interface Reading {
  readonly url: string
  readonly executionIds: readonly string[]
  /** Of each execution. @default 1 */
  readonly readers?: number
  /** The seq to read to. */
  readonly head: number
  /** Begin with the last logs. @default all */
  readonly last?: number
}

/** How it went. */
export interface Read {
  readonly seconds: number
  readonly cpu_s: number
  /** From the dial of the first to the first frame of the last. */
  readonly first_frames_ms: number
}

answerParent({
  /** One reader, as a program would read. */
  sdk({ url, executionIds: [executionId = ''], head }: Reading): Promise<Read> {
    return timed(async (firstFrame) => {
      await using client = createClient({ url })
      let next = 1
      for await (const { logs } of client.follow(executionId)) {
        firstFrame()
        for (const { seq } of logs) {
          if (seq !== next) throw new Error(`Log ${seq} came where ${next} was next.`)
          next += 1
        }
        if (next > head) return
      }
    })
  },

  /** As many sockets as asked for, dialled at once, with as little work as can be. */
  sockets({ executionIds, readers = 1, ...reading }: Reading): Promise<Read> {
    return timed(async (firstFrame) => {
      const all = executionIds.flatMap((executionId) => Array.from({ length: readers }, () => executionId))
      let waiting = all.length
      const onFirst = (): void => {
        waiting -= 1
        if (waiting === 0) firstFrame()
      }
      await Promise.all(all.map((executionId) => readSocket(executionId, reading, onFirst)))
    })
  },
})

async function timed(work: (firstFrame: () => void) => Promise<void>): Promise<Read> {
  const before = process.cpuUsage()
  const startedMs = performance.now()
  let firstFrameMs = Infinity
  await work(() => {
    firstFrameMs = Math.min(firstFrameMs, performance.now())
  })
  const { user, system } = process.cpuUsage(before)
  return {
    seconds: (performance.now() - startedMs) / 1000,
    cpu_s: (user + system) / 1e6,
    first_frames_ms: firstFrameMs - startedMs,
  }
}

function readSocket(
  executionId: string,
  { url, head, last }: Omit<Reading, 'executionIds' | 'readers'>,
  onFirst: () => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
  const input = { execution_id: executionId, ...(last === undefined ? {} : { last }) }
  let next = last === undefined ? 1 : Math.max(1, head - last + 1)
  let isFirst = true
  socket.once('open', () => {
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'logs.follow', input } }))
  })
  socket.on('message', (bytes: Buffer) => {
    const seqs = seqsIn(bytes)
    if (!seqs) return
    if (isFirst) onFirst()
    isFirst = false
    if (seqs.first !== next) reject(new Error(`Log ${seqs.first} came where ${next} was next.`))
    next = seqs.last + 1
    if (next <= head) return
    socket.terminate()
    resolve()
  })
  socket.on('error', reject)
  socket.on('close', (code) => reject(new Error(`A reader was closed with ${code}.`)))
  return promise
}
