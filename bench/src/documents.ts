// A document and a result enter, the document with its quoted figures as the result has them leaves; a test compares the two. Pure.

import { printMachine, rowsOf, showNumber } from './report.ts'
import { figuresOf, type BenchResult, type CaseResult } from './result.ts'
import { ratiosByRound, summarise } from './stats.ts'

/** The documents that quote figures. */
export const DOCUMENTS = ['README.md', 'docs/performance.md'] as const

/** `<!-- bench: what -->…<!-- /bench -->`: a table of cases on lines of its own, or one figure within a sentence. */
const QUOTE = /<!-- bench: ([^>]+?) -->.*?<!-- \/bench -->/gs

/** What a quote may ask for. */
const KINDS: Readonly<Record<string, (result: BenchResult, args: readonly string[]) => string>> = {
  /** `table` or `table fanout trickle` */
  table: (result, names) =>
    `\n\n${table(names.length === 0 ? result.cases : names.map((name) => caseOf(result, name)))}\n\n`,
  machine: (result) => printMachine(result),
  /** `median fanout runtail deliveries_per_cpu_s` */
  median: (result, [name, contestant, figure]) =>
    showNumber(summarise(values(result, { name, contestant, figure })).median),
  /** `ratio fanout runtail trpc deliveries_per_cpu_s`: how many times the second's figure the first's is */
  ratio: (result, [name, contestant, to, figure]) =>
    showNumber(
      summarise(
        ratiosByRound(values(result, { name, contestant, figure }), values(result, { name, contestant: to, figure })),
      ).median,
    ),
  /** `frames fanout runtail`: messages per CPU second. */
  frames: (result, args) => showNumber(framesPerCpuSecond(result, args)),
  /** What a node at half load sends a second, and how many nodes send a million. */
  'half-frames': (result, args) => showNumber(framesPerCpuSecond(result, args) / 2),
  nodes: (result, args) => String(Math.ceil(1e6 / (framesPerCpuSecond(result, args) / 2))),
}

/** Writes every quote anew. @throws Error where a quote asks for what was not measured */
export function withFigures(document: string, result: BenchResult): string {
  return document.replaceAll(QUOTE, (_whole, asked: string) => {
    const [kind = '', ...args] = asked.split(' ').map((word) => word.replaceAll('+', ' '))
    const quote = KINDS[kind]
    if (!quote) throw new Error(`A quote is one of ${Object.keys(KINDS).join(', ')}, not "${kind}".`)
    return `<!-- bench: ${asked} -->${quote(result, args)}<!-- /bench -->`
  })
}

function framesPerCpuSecond(result: BenchResult, [name, contestant]: readonly string[]): number {
  const deliveries = values(result, { name, contestant, figure: 'deliveries_per_cpu_s' })
  const perMessage = values(result, { name, contestant, figure: 'logs_per_message' })
  return summarise(ratiosByRound(deliveries, perMessage)).median
}

function table(cases: readonly CaseResult[]): string {
  const header = ['case', 'figure', 'contestant', 'median', 'lowest – highest', 'ratio', 'goal', '']
  const rows = cases.flatMap((measured) =>
    rowsOf(measured).map((row, index) => [
      index === 0 ? `**${measured.name}**: ${measured.title}` : '',
      row.figure,
      row.contestant,
      row.median,
      row.spread,
      row.ratio,
      row.goal,
      row.outcome,
    ]),
  )
  // As the formatter of the repository aligns it.
  const widths = header.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(header), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n')
}

function caseOf(result: BenchResult, name: string | undefined): CaseResult {
  const found = result.cases.find((measured) => measured.name === name)
  if (!found) throw new Error(`Case ${name} was not measured.`)
  return found
}

function values(
  result: BenchResult,
  {
    name,
    contestant,
    figure = '',
  }: { name: string | undefined; contestant: string | undefined; figure: string | undefined },
): readonly number[] {
  const found = figuresOf(
    figure,
    caseOf(result, name).contestants.find((candidate) => candidate.name === contestant),
  )
  if (typeof found === 'string') throw new Error(`Case ${name}: ${found}`)
  return found
}
