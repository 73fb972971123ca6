// A process that reports one execution in bursts until SIGTERM, and writes down what it submitted and what was acknowledged: URL, file, execution id, seed.

import { createClient } from '@runtail/client-sdk'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../../sim/random.ts'
import { recorder, type ProducerRecord } from '../records.ts'

const [url = '', file = '', executionId = '', seed = '0'] = process.argv.slice(2)
const random = new Random(Number(seed))
const record = recorder<ProducerRecord>(file)
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())

const client = createClient({ url, onError: fail })
const execution = await client.startExecution({ id: executionId, workflow_id: 'chaos' })
let submitted = 0
while (!stopping.signal.aborted) {
  burst()
  await sleep(random.int(2, 40))
}
burst()
await execution.complete()
await client.close()
const { dropped } = client.outbox.getSnapshot()
if (dropped > 0) fail(new Error(`${dropped} logs were dropped.`))

function burst(): void {
  const ids = Array.from({ length: random.int(1, 8) }, (_, index) => `${executionId}.${submitted + index + 1}`)
  record({ type: 'submitted', execution_id: executionId, ids })
  for (const id of ids) execution.log('x'.repeat(random.chance(0.02) ? 20_000 : random.int(10, 300)), { id })
  submitted += ids.length
  const count = submitted
  execution.flush().then(() => {
    record({ type: 'acknowledged', execution_id: executionId, count })
    if (count === ids.length) console.log('The first logs are acknowledged.')
  }, fail)
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
