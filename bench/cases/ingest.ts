// Four producers, every log acknowledged after its FULL commit: through the SDK and a WebSocket, against bare inserts of the same rows and what databases take.

import { ingestContestant } from '../peers/ingest.ts'
import { nats } from '../peers/nats.ts'
import { postgres } from '../peers/postgres.ts'
import { redis } from '../peers/redis.ts'
import type { BenchCase } from '../src/case.ts'
import { bareInserts, throughTheSdk } from '../src/ingest.ts'

/** As long as a run is to be: half of it measured mostly how servers get going after a pause. */
const work = { producers: 4, batches: 50, batchSize: 500 }
/** A fifth, for whoever needs five times as long for a log. */
const lessWork = { ...work, batches: 10 }

const benchCase: BenchCase = {
  name: 'ingest',
  title: '4 producers through the SDK and WebSocket, acknowledged after FULL commit; peers in batches of 500',
  // Redis and Postgres differ by half from one round to the next.
  rounds: 7,
  contestants: () => [
    throughTheSdk(work),
    bareInserts(work),
    ingestContestant(redis, work),
    ingestContestant(postgres, work),
    ingestContestant(nats, lessWork),
  ],
  goals: [
    { name: 'near bare inserts', figure: 'logs_per_s', ratioTo: 'bare node:sqlite', atLeast: 0.6 },
    { name: 'no slower than a stream', figure: 'logs_per_s', ratioTo: redis.name, atLeast: 1 },
  ],
}
export default benchCase
