// `npm run mutants`: plants each bug in turn, runs seeds until one shows it, and prints which check noticed; exit code 1 where one stays unnoticed.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant } from './mutants.ts'
import { runShard } from './shards.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '3000' }, only: { type: 'string' } } })
const seeds = Number(values.seeds)

interface Verdict {
  readonly mutant: Mutant
  readonly caughtBy: string | undefined
  readonly runs: number
}

async function judge(mutant: Mutant): Promise<Verdict> {
  let caughtBy: string | undefined
  let runs = 0
  const end = await runShard({ from: 1, to: seeds, step: 1, mutant: mutant.name }, ({ violations }) => {
    runs += 1
    caughtBy = violations[0]?.check
    if (values.only !== undefined && caughtBy !== undefined) console.log(violations)
    return caughtBy === undefined
  })
  return { mutant, runs, caughtBy: end === 'hangs' ? 'runs in circles' : caughtBy }
}

const waiting = MUTANTS.filter(({ name }) => values.only === undefined || name === values.only)
const verdicts: Verdict[] = []
async function work(): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const verdict = await judge(mutant)
    verdicts.push(verdict)
    const { caughtBy = 'NOT CAUGHT', runs } = verdict
    console.log(`${mutant.name.padEnd(36)}${caughtBy.padEnd(28)}${String(runs).padStart(6)} seeds   ${mutant.file}`)
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work))
const missed = verdicts.filter(({ caughtBy }) => caughtBy === undefined).length
console.log(`${verdicts.length - missed} of ${verdicts.length} mutants caught`)
process.exitCode = missed > 0 || verdicts.length === 0 ? 1 : 0
