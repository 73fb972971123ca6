// A URL of `bare-relay.ts` enters, how long a log took over one bare hop, one commit and another bare hop leaves.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { executionIds, makeLogs } from '../src/lines.ts'
import { atRate } from '../src/pace.ts'
import { answerParent } from '../src/program.ts'
import { quantile } from '../src/stats.ts'
import type { Latency, Pace } from './sdk-latency.ts'

let producer: WebSocket
let sentAtMs: number[] = []
let latencies: number[] = []
let arrived = Promise.withResolvers<void>()
let expected = 0

answerParent({
  async connect({ url }: { url: string }) {
    producer = new WebSocket(url)
    const follower = new WebSocket(`${url}/follow`)
    await Promise.all([once(producer, 'open'), once(follower, 'open')])
    follower.on('message', (bytes: Buffer) => {
      JSON.parse(bytes.toString())
      latencies.push(performance.now() - (sentAtMs[latencies.length] ?? NaN))
      if (latencies.length === expected) arrived.resolve()
    })
  },

  async measure({ perSecond, count, groupSize = 1 }: Pace): Promise<Latency> {
    const [executionId = ''] = executionIds(1)
    sentAtMs = []
    latencies = []
    expected = count
    arrived = Promise.withResolvers<void>()
    await atRate({ perSecond, count, groupSize }, (index) => {
      sentAtMs.push(performance.now())
      producer.send(JSON.stringify(makeLogs(executionId, 1, { from: index })[0]))
    })
    await arrived.promise
    return { p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99), max_ms: quantile(latencies, 1) }
  },
})
