// Arguments enter, figures of the dashboard in a real Chromium leave: `npm run bench:ui`. Exit code 1 where something failed to run, with --strict also where a goal does not hold.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../../scripts/build.ts'
import { ensureChromium } from '../../scripts/ensure-chromium.ts'
import { endOnSignals } from '../src/end-on-signals.ts'
import { describeMachine } from '../src/machine.ts'
import { printCase, printMachine } from '../src/report.ts'
import { measureBundle } from './bundle.ts'
import { caseResults, type Round } from './cases.ts'
import { measureMillion, MILLION_PARTS } from './million.ts'
import { measureClosing, measureOpening } from './opening.ts'
import { Stage } from './stage.ts'

const PARTS: readonly string[] = [...MILLION_PARTS, 'open', 'close', 'build']

const HELP = `npm run bench:ui -- [options]

Measures the built dashboard in Chromium, with a real server and a producer, each a process of its own; all parts in turn, round by round.

  --only a,b    these parts only (${PARTS.join(', ')})
  --runs N      rounds (default 3)
  --seconds N   how long 10,000 lines a second arrive (default 60)
  --lines N     lines that the page holds before (default 1000000)
  --dashboard D this folder's build of the dashboard, for comparing (default: builds the present one)
  --json        the whole result as JSON, on standard output
  --save        keep the result in bench/results/ui.json
  --strict      exit with 1 also where a goal does not hold
  --help
`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join(',') },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    lines: { type: 'string', default: '1000000' },
    dashboard: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

endOnSignals()

if (values.help) console.log(HELP)
else process.exitCode = await main()

async function main(): Promise<number> {
  const parts = values.only.split(',')
  const unknown = parts.filter((part) => !PARTS.includes(part))
  if (unknown.length > 0) throw new Error(`No such part: ${unknown.join(', ')}. There are: ${PARTS.join(', ')}.`)
  process.env['RUNTAIL_CHROMIUM'] = await ensureChromium()
  if (values.dashboard === undefined && !(await build()))
    throw new Error('Nothing was measured, because the build failed.')
  const runs = Number(values.runs)
  const measuredAt = new Date().toISOString()
  const rounds: Round[] = []
  for (let run = 1; run <= runs; run += 1) {
    process.stderr.write(`round ${run} of ${runs}\n`)
    const round = await measureRound(parts)
    rounds.push(round)
    process.stderr.write(`${JSON.stringify(round)}\n`)
  }
  const cases = caseResults(rounds, measuredAt)
  const result = { machine: describeMachine(), cases }
  if (values.json) console.log(JSON.stringify(result, undefined, 2))
  else console.log([printMachine(result), ...cases.map(printCase)].join('\n'))
  if (values.save)
    writeFileSync(join(import.meta.dirname, '..', 'results', 'ui.json'), `${JSON.stringify(result, roundNumbers, 2)}\n`)
  const holds = cases.every(({ verdicts }) => verdicts.every(({ outcome }) => outcome === 'holds'))
  return values.strict && !holds ? 1 : 0
}

async function measureRound(parts: readonly string[]): Promise<Round> {
  const bundle = parts.includes('build') ? await measureBundle() : {}
  if (parts.every((part) => part === 'build')) return { page: bundle, idle: {} }
  await using stage = await Stage.start(values.dashboard === undefined ? {} : { dashboardDir: values.dashboard })
  const opening = parts.includes('open') ? await measureOpening(stage) : {}
  const closing = parts.includes('close') ? await measureClosing(stage) : {}
  const needsMillion = MILLION_PARTS.some((part) => parts.includes(part))
  const options = { parts, lines: Number(values.lines), seconds: Number(values.seconds) }
  const million = needsMillion ? await measureMillion(stage, options) : { page: {}, idle: {} }
  return { page: { ...bundle, ...opening, ...closing, ...million.page }, idle: million.idle }
}

/** Five digits that matter say all that was measured. */
function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
