// `npm run soak`: many seeds through the simulator, on all cores; `-- --seed N` replays one with its trace. Exit code 1 where a promise was broken.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Violation } from './checker.ts'
import { MUTANTS } from './mutants.ts'
import { plant } from './plant.ts'
import { digestOf } from './digest.ts'
import { runShard } from './shards.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '50000' },
    from: { type: 'string', default: '1' },
    /** May be given more than once. */
    seed: { type: 'string', multiple: true },
    /** In worlds with a planted bug, by its name. */
    mutant: { type: 'string' },
  },
})

/** Failing seeds that are shown; a broken product fails everywhere. */
const MAX_SHOWN = 20

process.exitCode = (values.seed === undefined ? await soak() : await replay(values.seed.map(Number))) ? 0 : 1

/** Whether all seeds kept the promises. */
async function soak(): Promise<boolean> {
  const from = Number(values.from)
  const seeds = Number(values.seeds)
  const workers = Math.min(availableParallelism(), seeds)
  const startMs = performance.now()
  const failed: number[] = []
  let done = 0
  const seedsPerSecond = (): string => (done / ((performance.now() - startMs) / 1000)).toFixed(1)
  const progress = setInterval(
    () => console.log(`${done} of ${seeds} seeds, ${seedsPerSecond()} per second, ${failed.length} failed`),
    5000,
  )
  const ends = await Promise.all(
    Array.from({ length: workers }, (_, index) => {
      let seed = from + index - workers
      const planted = values.mutant === undefined ? {} : { mutant: values.mutant }
      const input = { from: from + index, to: from + seeds - 1, step: workers, ...planted }
      return runShard(input, (result) => {
        seed = result.seed
        done += 1
        if (result.violations.length === 0) return true
        failed.push(result.seed)
        show(result.seed, result.violations)
        return failed.length < MAX_SHOWN
      }).then((end) => ({ end, next: seed + workers }))
    }),
  )
  clearInterval(progress)
  for (const { end, next } of ends) if (end === 'hangs') failed.push(next)
  console.log(`${done} of ${seeds} seeds from ${from}, ${seedsPerSecond()} per second, ${failed.length} failed`)
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}. Replay one: npm run soak -- --seed ${failed[0]}`)
  return failed.length === 0 && done === seeds
}

/** Whether these seeds keep the promises; says all that happens. */
async function replay(seeds: readonly number[]): Promise<boolean> {
  const mutant = MUTANTS.find(({ name }) => name === values.mutant)
  if (mutant) plant(mutant)
  const { simulate } = await import('./simulate.ts')
  let broken = 0
  for (const seed of seeds) {
    const { history, violations } = await simulate(seed, (line) => console.log(line))
    console.log(`its history: ${digestOf(history)}`)
    show(seed, violations)
    broken += violations.length
  }
  return broken === 0
}

function show(seed: number, violations: readonly Violation[]): void {
  console.log(violations.length === 0 ? `seed ${seed}: all promises are kept` : `seed ${seed} breaks promises:`)
  for (const { check, text } of violations) console.log(`  ${check}: ${text}`)
}
