// One execution, 100 followers, bursts of 50 logs, each durable before it is sent: deliveries per CPU second of the server, against peers and the bare limit.

import type { BenchCase } from '../src/case.ts'
import { fanout } from '../src/fanout.ts'

const followers = 100
const figure = 'deliveries_per_cpu_s'

const benchCase: BenchCase = {
  name: 'fanout',
  title: '1 execution to 100 followers, bursts of 50, durable append counted in',
  rounds: 9,
  warmUps: 5,
  contestants: () => [
    fanout({ name: 'runtail', protocol: 'runtail', followers, bursts: 200 }),
    fanout({ name: 'bare', protocol: 'bare', followers, bursts: 200 }),
    fanout({ name: 'bare, one by one', protocol: 'bare-one-by-one', followers, bursts: 20 }),
    fanout({ name: 'tRPC', protocol: 'trpc', followers, bursts: 4 }),
    fanout({ name: 'Socket.IO', protocol: 'socket-io', followers, bursts: 20 }),
    fanout({ name: 'runtail, producer on a socket', protocol: 'runtail', producer: 'socket', followers, bursts: 200 }),
    fanout({ name: 'SSE', protocol: 'sse', followers, bursts: 20 }),
  ],
  goals: [
    { name: 'near the bare limit', figure, ratioTo: 'bare', atLeast: 0.8 },
    { name: 'beyond bare sockets one by one', figure, ratioTo: 'bare, one by one', atLeast: 3 },
    { name: 'beyond a stock subscription', figure, ratioTo: 'tRPC', atLeast: 20 },
    { name: 'beyond Socket.IO', figure, ratioTo: 'Socket.IO', atLeast: 3 },
  ],
}
export default benchCase
