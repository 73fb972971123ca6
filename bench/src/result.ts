// The shapes of what a run leaves (and `results/` keeps), and the verdict on a goal from them. Pure.

import type { Figures, Goal } from './case.ts'
import type { Machine } from './machine.ts'
import { ratiosByRound, summarise, type Summary } from './stats.ts'

/** What became of a contestant: its rounds, or why there are none. */
export interface ContestantResult {
  readonly name: string
  readonly rounds: readonly Figures[]
  /** Why it could not take part here. */
  readonly unavailable?: string
  /** What it failed with; it took part in no further round. */
  readonly error?: string
}

/** What became of a goal. */
export interface Verdict {
  readonly goal: Goal
  readonly outcome: 'holds' | 'does not hold' | 'not measured'
  /** Of the figure, or of its ratio. */
  readonly value?: Summary
  /** Why it was not measured. */
  readonly because?: string
}

/** What became of a case. */
export interface CaseResult {
  readonly name: string
  readonly title: string
  /** UTC. */
  readonly measured_at: string
  readonly contestants: readonly ContestantResult[]
  readonly verdicts: readonly Verdict[]
}

/** What a run leaves. */
export interface BenchResult {
  readonly machine: Machine
  readonly cases: readonly CaseResult[]
}

/** Judges the median: of the figure over all rounds, or of its ratios to the same figure of another contestant in the same round. */
export function judge(goal: Goal, contestants: readonly ContestantResult[]): Verdict {
  const subject = goal.of === undefined ? contestants[0] : contestants.find(({ name }) => name === goal.of)
  const own = figuresOf(goal.figure, subject)
  if (typeof own === 'string') return { goal, outcome: 'not measured', because: own }
  let values: readonly number[] = own
  if (goal.ratioTo !== undefined) {
    const other = figuresOf(
      goal.figure,
      contestants.find(({ name }) => name === goal.ratioTo),
    )
    if (typeof other === 'string') return { goal, outcome: 'not measured', because: other }
    values = ratiosByRound(own, other)
  }
  const value = summarise(values)
  const { atLeast = -Infinity, atMost = Infinity } = goal
  return { goal, outcome: value.median >= atLeast && value.median <= atMost ? 'holds' : 'does not hold', value }
}

/** A figure in each round, or why there is none. */
export function figuresOf(figure: string, contestant: ContestantResult | undefined): readonly number[] | string {
  if (!contestant) return 'no such contestant'
  if (contestant.unavailable !== undefined) return `${contestant.name}: ${contestant.unavailable}`
  if (contestant.error !== undefined) return `${contestant.name} failed`
  const values = contestant.rounds.map((round) => round[figure])
  if (values.length === 0 || values.some((value) => value === undefined)) return `${contestant.name}: no ${figure}`
  return values as number[]
}
