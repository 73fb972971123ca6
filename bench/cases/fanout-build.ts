// The fan-out case with what a real build prints instead of short lines: three times the bytes, of very different lengths.

import type { BenchCase } from '../src/case.ts'
import { fanout } from '../src/fanout.ts'

const followers = 100
const kind = 'build'
const figure = 'deliveries_per_cpu_s'

const benchCase: BenchCase = {
  name: 'fanout-build',
  title: 'fan-out to 100 followers with 50 lines of a real build, 1 KB on average',
  warmUps: 3,
  contestants: () => [
    fanout({ name: 'runtail', protocol: 'runtail', followers, bursts: 100, kind }),
    fanout({ name: 'bare', protocol: 'bare', followers, bursts: 100, kind }),
    fanout({ name: 'tRPC', protocol: 'trpc', followers, bursts: 4, kind }),
  ],
  goals: [{ name: 'near the bare limit', figure, ratioTo: 'bare', atLeast: 0.8 }],
}
export default benchCase
