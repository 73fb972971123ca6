// A range of seeds enters a worker thread, one result per seed leaves; with a mutant, the product has that bug in this thread.

import { parentPort, workerData } from 'node:worker_threads'
import type { Violation } from './checker.ts'
import { MUTANTS } from './mutants.ts'
import { plant } from './plant.ts'

/** What a worker gets. */
export interface ShardInput {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly mutant?: string
}

/** What it tells. */
export interface SeedResult {
  readonly seed: number
  readonly violations: readonly Violation[]
}

const { from, to, step, mutant: name } = workerData as ShardInput
const mutant = MUTANTS.find((one) => one.name === name)
if (mutant) plant(mutant)
// Not before the bug is planted.
const { simulate } = await import('./simulate.ts')
for (let seed = from; seed <= to; seed += step) {
  const { violations } = await simulate(seed)
  parentPort?.postMessage({ seed, violations } satisfies SeedResult)
}
