// A case enters, what its contestants measured leaves: interleaved, after rounds to warm up; whoever fails is reported and the others go on.

import type { BenchCase, Contestant, Figures } from './case.ts'
import { judge, type CaseResult, type ContestantResult } from './result.ts'

/** Options of {@link runCase}. */
export interface RunOptions {
  /** @default those of the case, or 5 */
  readonly rounds?: number
  /** @default those of the case, or 1 */
  readonly warmUps?: number
  /** Told what runs now. @default nobody */
  readonly onProgress?: (text: string) => void
}

interface Runner {
  readonly contestant: Contestant
  readonly rounds: Figures[]
  unavailable?: string
  error?: string
}

/** Runs a case. Rejects only where the case itself cannot be read. */
export async function runCase(benchCase: BenchCase, options: RunOptions = {}): Promise<CaseResult> {
  const { rounds = benchCase.rounds ?? 5, warmUps = benchCase.warmUps ?? 1, onProgress = () => undefined } = options
  const runners = benchCase.contestants().map((contestant): Runner => ({ contestant, rounds: [] }))
  const takesPart = (runner: Runner): boolean => runner.error === undefined && runner.unavailable === undefined
  const measuredAt = new Date().toISOString()
  try {
    for (const runner of runners) {
      onProgress(`${runner.contestant.name}: preparing`)
      await attempt(runner, async (contestant) => {
        const why = await contestant.unavailable?.()
        if (why !== undefined) runner.unavailable = why
        else await contestant.prepare?.()
      })
    }
    for (let round = 1 - warmUps; round <= rounds; round += 1) {
      for (const runner of runners.filter(takesPart)) {
        onProgress(`${runner.contestant.name}: ${round <= 0 ? 'warming up' : `round ${round} of ${rounds}`}`)
        await attempt(runner, async (contestant) => {
          const figures = await contestant.run()
          if (round > 0) runner.rounds.push(figures)
        })
      }
    }
  } finally {
    for (const runner of runners) await attempt(runner, async (contestant) => await contestant.close?.())
  }
  const contestants = runners.map(resultOf)
  const { name, title, goals } = benchCase
  const verdicts = goals.map((goal) => judge(goal, contestants))
  return { name, title, measured_at: measuredAt, contestants, verdicts }
}

function resultOf({ contestant, rounds, unavailable, error }: Runner): ContestantResult {
  return {
    name: contestant.name,
    rounds,
    ...(unavailable === undefined ? {} : { unavailable }),
    ...(error === undefined ? {} : { error }),
  }
}

/** The first thing that goes wrong is what is told. */
async function attempt(runner: Runner, work: (contestant: Contestant) => Promise<void>): Promise<void> {
  try {
    await work(runner.contestant)
  } catch (error) {
    runner.error ??= error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}
