// The same with 1,000 followers as with 100: what a delivery costs must not grow with how many there are.

import type { BenchCase } from '../src/case.ts'
import { fanout } from '../src/fanout.ts'

const benchCase: BenchCase = {
  name: 'fanout-1000',
  title: '1 execution to 1,000 followers, bursts of 50, durable append counted in',
  contestants: () => [
    fanout({ name: '1,000 followers', protocol: 'runtail', followers: 1000, bursts: 20 }),
    fanout({ name: '100 followers', protocol: 'runtail', followers: 100, bursts: 200 }),
    fanout({ name: 'bare, 1,000 followers', protocol: 'bare', followers: 1000, bursts: 20 }),
    fanout({ name: 'bare, 100 followers', protocol: 'bare', followers: 100, bursts: 200 }),
  ],
  goals: [
    { name: 'cost of a delivery', figure: 'us_per_delivery', ratioTo: '100 followers', atMost: 1.2 },
    { name: 'near the bare limit', figure: 'deliveries_per_cpu_s', ratioTo: 'bare, 1,000 followers', atLeast: 0.8 },
  ],
}
export default benchCase
