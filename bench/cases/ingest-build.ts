// The ingest case with what a real build prints instead of short lines: three times the bytes, of very different lengths.

import { ingestContestant } from '../peers/ingest.ts'
import { redis } from '../peers/redis.ts'
import type { BenchCase } from '../src/case.ts'
import { bareInserts, throughTheSdk } from '../src/ingest.ts'

const work = { producers: 4, batches: 20, batchSize: 500, kind: 'build' } as const

const benchCase: BenchCase = {
  name: 'ingest-build',
  title: 'ingest with 50 lines of a real build, 1 KB on average',
  contestants: () => [throughTheSdk(work), bareInserts(work), ingestContestant(redis, work)],
  goals: [
    { name: 'near bare inserts', figure: 'logs_per_s', ratioTo: 'bare node:sqlite', atLeast: 0.6 },
    { name: 'no slower than a stream', figure: 'logs_per_s', ratioTo: redis.name, atLeast: 1 },
  ],
}
export default benchCase
