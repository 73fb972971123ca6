// `npm run chaos -- --minutes 5 [--seed N]`: troubles while they happen, then the figures; exit code 1 unless nothing was lost, doubled or out of order.

import { parseArgs } from 'node:util'
import { holds } from './evaluate.ts'
import { reportOf } from './report.ts'
import { runChaos } from './run.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } } })
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
const durationMs = Number(values.minutes) * 60_000
if (!(durationMs > 0) || !Number.isSafeInteger(seed)) throw new Error('Usage: npm run chaos -- --minutes 5 [--seed N]')

console.log(`chaos for ${values.minutes} minutes, seed ${seed}`)
const verdict = await runChaos({ durationMs, seed, log: console.log })
console.log(`${reportOf(verdict)}\n  again with: npm run chaos -- --minutes ${values.minutes} --seed ${seed}`)
process.exitCode = holds(verdict) ? 0 : 1
