// 100 executions with 10 followers each, so that an append is shared by 10 and not by 100: the cost of a delivery with and without its share of the append.

import type { BenchCase } from '../src/case.ts'
import { fanout } from '../src/fanout.ts'

const benchCase: BenchCase = {
  name: 'fanout-100x10',
  title: '100 executions to 10 followers each, bursts of 50 in turn, durable append counted in',
  rounds: 9,
  warmUps: 5,
  contestants: () => [
    fanout({ name: '100 × 10', protocol: 'runtail', executions: 100, followers: 10, bursts: 300 }),
    fanout({ name: '1 × 100', protocol: 'runtail', followers: 100, bursts: 200 }),
    fanout({ name: 'bare, 100 × 10', protocol: 'bare', executions: 100, followers: 10, bursts: 300 }),
    fanout({ name: 'bare, 1 × 100', protocol: 'bare', followers: 100, bursts: 200 }),
  ],
  goals: [
    {
      name: 'cost of a delivery without the append',
      figure: 'us_per_delivery_beyond_append',
      ratioTo: '1 × 100',
      atMost: 1.2,
    },
    // An append that ten share costs each of them ten times as much as one that a hundred share, whoever appends.
    { name: 'cost of a delivery in all', figure: 'us_per_delivery', ratioTo: '1 × 100', atMost: 1.2 },
    { name: 'near the bare limit', figure: 'deliveries_per_cpu_s', ratioTo: 'bare, 100 × 10', atLeast: 0.8 },
  ],
}
export default benchCase
