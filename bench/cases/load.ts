// 10,000 logs a second to 20 followers, all through the SDK: how late the slowest deliveries are, and how long the server's event loop ever stood still.

import type { BenchCase } from '../src/case.ts'
import { latency } from '../src/latency.ts'

const benchCase: BenchCase = {
  name: 'load',
  title: '10,000 logs/s to 20 followers through the SDK',
  contestants: () => [
    latency({
      name: 'runtail',
      server: 'runtail-server',
      load: 'sdk-latency',
      followers: 20,
      pace: { perSecond: 10_000, count: 20_000, groupSize: 50 },
    }),
  ],
  goals: [
    { name: 'one in a hundred', figure: 'p99_ms', atMost: 50 },
    { name: 'no stall of the server', figure: 'stall_ms', atMost: 50 },
  ],
}
export default benchCase
