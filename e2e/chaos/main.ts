// `npm run chaos -- --minutes 5 [--seed N]`: troubles while they happen, then the figures; exit code 1 unless nothing was lost, doubled or out of order.
// With --slow: followers that stop reading for a minute while 100 MB pass.

import { parseArgs } from 'node:util'
import { holds, type Verdict } from './evaluate.ts'
import { reportOf } from './report.ts'
import { runChaos } from './run.ts'
import { runSlow, slowReportOf } from './slow.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' }, slow: { type: 'boolean' } },
})
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
process.exitCode = holds(values.slow ? await slow() : await chaos()) ? 0 : 1

async function chaos(): Promise<Verdict> {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
  const durationMs = Number(values.minutes) * 60_000
  if (!(durationMs > 0) || !Number.isSafeInteger(seed))
    throw new Error('Usage: npm run chaos -- --minutes 5 [--seed N]')
  console.log(`chaos for ${values.minutes} minutes, seed ${seed}`)
  const verdict = await runChaos({ durationMs, seed, log: console.log, signal: interrupted.signal })
  console.log(`${reportOf(verdict)}\n  again with: npm run chaos -- --minutes ${values.minutes} --seed ${seed}`)
  return verdict
}

async function slow(): Promise<Verdict> {
  console.log('followers that read nothing for 60 s while 100 MB pass')
  const report = await runSlow({ stallMs: 60_000, bytes: 100_000_000 })
  console.log(slowReportOf(report))
  return report.verdict
}
