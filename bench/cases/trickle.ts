// 100 logs a second: from the call of `log()` to the follower's callback through the SDK, against the least that such a way can take, in the same run.

import type { BenchCase } from '../src/case.ts'
import { latency } from '../src/latency.ts'

const pace = { perSecond: 100, count: 200 }
const bare = 'bare hop, commit, hop'

const benchCase: BenchCase = {
  name: 'trickle',
  title: '100 logs/s, append call to follower callback through the SDK',
  contestants: () => [
    latency({ name: 'runtail', server: 'runtail-server', load: 'sdk-latency', followers: 1, pace }),
    latency({ name: bare, server: 'bare-relay', load: 'bare-latency', followers: 1, pace }),
  ],
  goals: [
    { name: 'usual', figure: 'p50_ms', ratioTo: bare, atMost: 2 },
    { name: 'one in a hundred', figure: 'p99_ms', ratioTo: bare, atMost: 3 },
  ],
}
export default benchCase
