// Counts and latencies enter, a line for people, a line of JSON or the text that Prometheus reads leaves. Pure.

import type { Latencies } from './latencies.ts'
import { isKept, type Counts } from './tally.ts'

/** What is told at a time. */
export interface Sample {
  /** Unix milliseconds. */
  readonly atMs: number
  readonly counts: Counts
  readonly latencies: Latencies
  /** Whether it is the last one, over the whole time. */
  readonly final: boolean
}

/** A line for people. */
export function line({ atMs, counts, latencies, final }: Sample): string {
  const { sent, seen, missing, late, doubled, out_of_order: outOfOrder, unknown, resets } = counts
  const fields = [
    final ? (isKept(counts) ? 'kept  ' : 'BROKEN') : new Date(atMs).toISOString().slice(11, 19),
    `sent ${sent}`,
    `seen ${seen}`,
    `missing ${missing}`,
    `doubled ${doubled}`,
    `out of order ${outOfOrder}`,
    ...(late > 0 ? [`late ${late}`] : []),
    ...(unknown > 0 ? [`unknown ${unknown}`] : []),
    ...(resets > 0 ? [`resets ${resets}`] : []),
    `p50 ${milliseconds(latencies.quantile(0.5))}`,
    `p99 ${milliseconds(latencies.quantile(0.99))}`,
  ]
  return `${fields.join('  ')}\n`
}

/** A line of JSON. */
export function jsonLine({ atMs, counts, latencies, final }: Sample): string {
  const p50 = latencies.quantile(0.5)
  const p99 = latencies.quantile(0.99)
  const quantiles = { p50_ms: p50 === undefined ? null : rounded(p50), p99_ms: p99 === undefined ? null : rounded(p99) }
  return `${JSON.stringify({ at: new Date(atMs).toISOString(), final, ...counts, ...quantiles })}\n`
}

const HELP: Readonly<Record<keyof Counts, string>> = {
  sent: 'Logs written.',
  seen: 'Logs that the follower got.',
  missing: 'Logs that the follower has not got within the grace time.',
  late: 'Logs that the follower got after the grace time.',
  doubled: 'Logs that the follower got again.',
  out_of_order: 'Logs that the follower got after later ones.',
  unknown: 'Logs that the follower got and nobody wrote.',
  resets: 'Times that the store was wiped or restored.',
}

/** What may fall again is a gauge; a reset voids what was seen. */
const GAUGES: ReadonlySet<string> = new Set(['missing', 'seen'])

/** The text format of Prometheus. */
export function prometheus(counts: Counts, latencies: Latencies): string {
  const lines = (Object.keys(HELP) as (keyof Counts)[]).flatMap((name) => {
    const metric = `runtail_canary_${name}${GAUGES.has(name) ? '' : '_total'}`
    const type = GAUGES.has(name) ? 'gauge' : 'counter'
    return [`# HELP ${metric} ${HELP[name]}`, `# TYPE ${metric} ${type}`, `${metric} ${counts[name]}`]
  })
  const metric = 'runtail_canary_latency_seconds'
  const quantiles = [0.5, 0.99].map(
    (part) => `${metric}{quantile="${part}"} ${(latencies.quantile(part) ?? Number.NaN) / 1000}`,
  )
  return [
    ...lines,
    `# HELP ${metric} From the call that reports a log to the follower's callback.`,
    `# TYPE ${metric} summary`,
    ...quantiles,
    `${metric}_sum ${latencies.sumMs / 1000}`,
    `${metric}_count ${latencies.count}`,
    '',
  ].join('\n')
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '-' : `${rounded(value)} ms`
}

function rounded(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)
}
