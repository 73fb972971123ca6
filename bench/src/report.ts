// Results enter, rows for readers leave: case, contestant, median, spread, ratio, goal, outcome; the terminal and the documents show the same rows. Pure.

import type { Goal } from './case.ts'
import { figuresOf, type BenchResult, type CaseResult, type ContestantResult, type Verdict } from './result.ts'
import { ratiosByRound, summarise, type Summary } from './stats.ts'

/** One line of a table. */
export interface Row {
  readonly figure: string
  readonly contestant: string
  readonly median: string
  readonly spread: string
  /** Of the case's subject to this contestant. */
  readonly ratio: string
  readonly goal: string
  readonly outcome: string
}

interface Group {
  readonly figure: string
  readonly subject: string | undefined
  readonly verdicts: Verdict[]
}

/** Every figure that a goal names, for each contestant that has it; the subject first. */
export function rowsOf(result: CaseResult): Row[] {
  const subjectOf = (goal: Goal): string | undefined => goal.of ?? result.contestants[0]?.name
  const groups = new Map<string, Group>()
  for (const verdict of result.verdicts) {
    const { figure } = verdict.goal
    const subject = subjectOf(verdict.goal)
    const group = groups.get(`${figure}\n${subject}`) ?? { figure, subject, verdicts: [] }
    group.verdicts.push(verdict)
    groups.set(`${figure}\n${subject}`, group)
  }
  return groups
    .values()
    .toArray()
    .flatMap((group) => groupRows(result, group))
}

/** A table for a terminal, with what no goal names below it. */
export function printCase(result: CaseResult): string {
  const header: Row = {
    figure: 'figure',
    contestant: 'contestant',
    median: 'median',
    spread: 'spread',
    ratio: 'ratio',
    goal: 'goal',
    outcome: '',
  }
  const columns = Object.keys(header) as (keyof Row)[]
  const rows = [header, ...rowsOf(result)]
  const widths = columns.map((column) => Math.max(...rows.map((line) => line[column].length)))
  const lines = rows.map((line) => columns.map((column, index) => line[column].padEnd(widths[index] ?? 0)).join('  '))
  return [`\n${result.name}: ${result.title}`, ...lines, ...others(result), ...troubles(result)]
    .map((line, index) => (index === 0 ? line : `  ${line}`.trimEnd()))
    .join('\n')
}

/** The machine in one line. */
export function printMachine({ machine }: BenchResult): string {
  const { cpu, cores, memory_gb: memory, os, node, sqlite, full_commit_ms: commit } = machine
  return `${cpu}, ${cores} cores, ${memory} GB; ${os}; Node ${node}, SQLite ${sqlite}; a FULL commit takes ${commit} ms`
}

/** A number as people read it: three digits that matter. */
export function showNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 999_500) return `${(value / 1e6).toPrecision(3)} M`
  if (size >= 9_995) return `${Math.round(value / 1000)} k`
  if (size >= 99.95) return String(Math.round(value))
  return size === 0 ? '0' : value.toPrecision(size < 0.1 ? 2 : size < 1 ? 2 : 3)
}

/** `deliveries_per_cpu_s` as words. */
function showFigure(figure: string): string {
  return figure.replaceAll('_', ' ').replace(' cpu s', ' CPU second')
}

function groupRows(result: CaseResult, { figure, subject: name, verdicts }: Group): Row[] {
  const subject = result.contestants.find((contestant) => contestant.name === name)
  const own = verdicts.filter(({ goal }) => goal.ratioTo === undefined)
  const rows = (own.length === 0 ? [undefined] : own).map((verdict) => row(figure, subject, { verdict }))
  for (const contestant of result.contestants) {
    if (contestant === subject) continue
    const verdict = verdicts.find(({ goal }) => goal.ratioTo === contestant.name)
    const isKnown = typeof figuresOf(figure, contestant) !== 'string'
    if (verdict || isKnown) rows.push(row(figure, contestant, { verdict, subject }))
  }
  return rows
}

function row(
  figure: string,
  contestant: ContestantResult | undefined,
  { verdict, subject }: { verdict: Verdict | undefined; subject?: ContestantResult | undefined },
): Row {
  const values = figuresOf(figure, contestant)
  const base = subject && figuresOf(figure, subject)
  const summary = typeof values === 'string' ? undefined : summarise(values)
  const ratio =
    summary && base && typeof base !== 'string' ? summarise(ratiosByRound(base, values as number[])) : undefined
  return {
    figure: showFigure(figure),
    contestant: contestant?.name ?? '',
    median: summary ? showNumber(summary.median) : '',
    spread: summary ? showSpread(summary) : '',
    ratio: ratio ? `${showNumber(ratio.median)} (${showSpread(ratio)})` : '',
    goal: verdict ? showGoal(verdict.goal) : '',
    outcome: verdict ? [verdict.outcome, verdict.because].filter((part) => part !== undefined).join(': ') : '',
  }
}

function showSpread({ min, max }: Summary): string {
  return `${showNumber(min)} – ${showNumber(max)}`
}

function showGoal({ atLeast, atMost, ratioTo }: Goal): string {
  const bounds = [
    atLeast === undefined ? [] : `≥ ${showNumber(atLeast)}`,
    atMost === undefined ? [] : `≤ ${showNumber(atMost)}`,
  ]
  return `${bounds.flat().join(', ')}${ratioTo === undefined ? '' : ' ×'}`
}

function others({ contestants, verdicts }: CaseResult): string[] {
  const named = new Set(verdicts.map(({ goal }) => goal.figure))
  return contestants.flatMap(({ name, rounds }) => {
    const rest = Object.keys(rounds[0] ?? {}).filter((figure) => !named.has(figure))
    if (rest.length === 0) return []
    const figures = rest.map(
      (figure) => `${figure} ${showNumber(summarise(rounds.map((round) => round[figure] ?? NaN)).median)}`,
    )
    return [`${name}: ${figures.join(', ')}`]
  })
}

function troubles({ contestants }: CaseResult): string[] {
  return contestants.flatMap(({ name, error, unavailable }) => [
    ...(unavailable === undefined ? [] : [`${name} took no part: ${unavailable}`]),
    ...(error === undefined ? [] : [`${name} FAILED: ${error}`]),
  ])
}
