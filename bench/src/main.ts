// Arguments enter, measured tables leave: `npm run bench`. Exit code 1 where a case failed to run, with --strict also where a goal does not hold.

import { parseArgs } from 'node:util'
import { CASE_NAMES, loadCases } from './cases.ts'
import { endOnSignals } from './end-on-signals.ts'
import { describeMachine } from './machine.ts'
import { printCase, printMachine } from './report.ts'
import type { BenchResult, CaseResult } from './result.ts'
import { runCase } from './runner.ts'
import { saveResult, writeDocuments } from './save.ts'

const HELP = `npm run bench -- [options]

Runs every case with all that take part in it in turn, round by round, and prints medians, spreads (lowest to highest), ratios and goals.
A ratio is the median of the ratios of each round: the machine does other things too, but neighbours in time share them.

  --only a,b    these cases only (${CASE_NAMES.join(', ')})
  --rounds N    rounds of each case (default 5)
  --json        the whole result as JSON, on standard output
  --save        keep the result in bench/results, and write its figures into README.md and docs/performance.md
  --documents   measure nothing: write the figures that were kept into those documents again
  --strict      exit with 1 also where a goal does not hold
  --help
`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    documents: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

endOnSignals()

if (values.help) process.stdout.write(HELP)
else if (values.documents) writeDocuments()
else process.exitCode = await main()

async function main(): Promise<number> {
  const cases = await loadCases(values.only?.split(','))
  const rounds = readRounds(values.rounds)
  const results: CaseResult[] = []
  let result: BenchResult = { machine: describeMachine(), cases: results }
  if (!values.json) console.log(printMachine(result))
  for (const benchCase of cases) {
    const measured = await runCase(benchCase, {
      ...(rounds === undefined ? {} : { rounds }),
      onProgress: (text) => progress(`${benchCase.name}: ${text}`),
    })
    progress('')
    results.push(measured)
    if (!values.json) console.log(printCase(measured))
  }
  if (values.save) result = saveResult({ ...result, cases: results.filter(isWhole) })
  if (values.json) console.log(JSON.stringify(result, null, 2))
  return exitCode(results)
}

function exitCode(results: readonly CaseResult[]): number {
  const misses = results.some(({ verdicts }) => verdicts.some(({ outcome }) => outcome === 'does not hold'))
  return !results.every(isWhole) || (values.strict && misses) ? 1 : 0
}

/** Nobody failed in it. What is not whole is shown, but not kept. */
function isWhole({ contestants }: CaseResult): boolean {
  return contestants.every(({ error }) => error === undefined)
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const rounds = Number(text)
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new Error(`--rounds must be a whole number above 0, not "${text}".`)
  return rounds
}

/** One line that is written over, where somebody watches. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`)
}
