// A server's URL enters, how long logs took from the call of `log()` to the callbacks of followers leaves; producer and followers are SDK clients of their own here, so one clock measures.

import { createClient, type ExecutionHandle } from '@runtail/client-sdk'
import { floodMessage } from '../src/lines.ts'
import { atRate } from '../src/pace.ts'
import { answerParent } from '../src/program.ts'
import { quantile } from '../src/stats.ts'

/** What `measure` is asked with, and what a run of it is. */
export interface Pace {
  readonly perSecond: number
  readonly count: number
  /** Logs that are due together. @default 1 */
  readonly groupSize?: number
}

/** What `measure` answers. */
export interface Latency {
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
}

let execution: ExecutionHandle
let offset = 0
let sentAtMs: number[] = []
let latencies: number[] = []
let waiting = { deliveries: 0, arrived: Promise.withResolvers<void>() }
let followerCount = 0

answerParent({
  async connect({ url, followers }: { url: string; followers: number }) {
    execution = await createClient({ url }).startExecution({ workflow_id: 'bench' })
    await execution.flush()
    followerCount = followers
    const joined = Array.from({ length: followers }, () => Promise.withResolvers<number>())
    for (const { resolve } of joined) follow(url, resolve).catch(fail)
    offset = (await Promise.all(joined.map(({ promise }) => promise)))[0] ?? 0
  },

  async measure({ perSecond, count, groupSize = 1 }: Pace): Promise<Latency> {
    sentAtMs = []
    latencies = []
    waiting = { deliveries: count * followerCount, arrived: Promise.withResolvers<void>() }
    const before = offset
    await atRate({ perSecond, count, groupSize }, (index) => {
      sentAtMs.push(performance.now())
      execution.log(floodMessage(before + index), { level: 'debug' })
    })
    await waiting.arrived.promise
    offset += count
    return { p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99), max_ms: quantile(latencies, 1) }
  },
})

/** Each log must be the next one, and the one that was sent as that. */
async function follow(url: string, joined: (head: number) => void): Promise<void> {
  let last = 0
  for await (const { logs, head } of createClient({ url }).follow(execution.executionId)) {
    const now = performance.now()
    for (const { seq } of logs) {
      if (seq !== last + 1) throw new Error(`Log ${seq} came after ${last}.`)
      last = seq
      const sentMs = sentAtMs[seq - offset - 1]
      if (sentMs !== undefined) latencies.push(now - sentMs)
    }
    if (last === head) joined(head)
    if (latencies.length === waiting.deliveries) waiting.arrived.resolve()
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}
