// A stall and an amount enter; followers that stop reading for so long while so much passes, beside a server without them, leave as figures: their cost, the others' latency.

import { LIMITS } from '@runtail/core'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TemporaryFolder } from '../test/support/server.ts'
import type { Verdict } from './evaluate.ts'
import { MeasuredServer } from './measured-server.ts'
import type { Measurement } from './programs/measured-server.ts'

/** What {@link runSlow} takes. */
export interface SlowOptions {
  readonly stallMs: number
  readonly bytes: number
}

/** Latencies of a follower, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What stalled followers did to a server and to the others. */
export interface SlowReport {
  /** The most that a stalled follower made the server hold: unsent bytes of its socket, and the frame that its generator waits with. */
  readonly mostHeldBytes: number
  /** What the server's memory was smaller by for each stalled follower that went away. */
  readonly heapBytesPerStalled: number
  readonly rssBytes: { readonly withStalled: number; readonly without: number }
  /** Of a follower that reads, beside the stalled ones and on the other server. */
  readonly latency: { readonly withStalled: Latency; readonly without: Latency }
  /** From going on to having everything. */
  readonly caughtUpMs: number
  readonly verdict: Verdict
}

const STALLED = ['stalled-1', 'stalled-2', 'stalled-3']
const TICK_MS = 20
const LOG_LENGTH = 1000

/** Runs it: the followers are stopped by SIGSTOP, as a laptop that sleeps or a debugger stops a program. */
export async function runSlow({ stallMs, bytes }: SlowOptions): Promise<SlowReport> {
  await using folder = await TemporaryFolder.make()
  // It must still be there at the end of the stall; that the server parts with one that never returns is another matter.
  const closedAfterMs = stallMs + 60_000
  await using server = await MeasuredServer.start(join(folder.path, 'with-stalled'), closedAfterMs)
  await using other = await MeasuredServer.start(join(folder.path, 'without'), closedAfterMs)
  await Promise.all([server.follow('fast'), other.follow('fast')])
  const accepted = (await server.measure()).connections.length
  const stalled = []
  for (const name of STALLED) stalled.push(await server.follow(name))
  for (const follower of stalled) follower.kill('SIGSTOP')

  const logsPerTick = Math.round((bytes / LOG_LENGTH) * (TICK_MS / stallMs))
  const beganMs = Date.now()
  for (let tick = 1; tick * TICK_MS <= stallMs; tick += 1) {
    for (let line = 0; line < logsPerTick; line += 1) for (const one of [server, other]) one.say(LOG_LENGTH)
    await sleep(Math.max(0, beganMs + tick * TICK_MS - Date.now()))
  }
  await Promise.all([server.execution.flush(), other.execution.flush()])

  const [before, without] = [await settled(server), await other.measure()]
  const held = before.connections.slice(accepted)
  // Two of them never return; what is free then was theirs.
  const [last, ...gone] = stalled
  for (const follower of gone) follower.kill('SIGKILL')
  await Promise.all(gone.map(({ exited }) => exited))
  let after = await server.measure()
  while (after.connections.slice(accepted).filter(({ isOpen }) => isOpen).length > 1) {
    await sleep(50)
    after = await server.measure()
  }
  after = await settled(server)

  const resumedMs = Date.now()
  last?.kill('SIGCONT')
  const [verdict] = await Promise.all([server.complete(['fast', STALLED[0] ?? '']), other.complete(['fast'])])
  return {
    mostHeldBytes: Math.max(...held.map(({ mostUnsentBytes }) => mostUnsentBytes)) + LIMITS.bytesPerFrame,
    heapBytesPerStalled: Math.round((before.heapBytes - after.heapBytes) / gone.length),
    rssBytes: { withStalled: before.rssBytes, without: without.rssBytes },
    latency: { withStalled: latencyOf(server), without: latencyOf(other) },
    caughtUpMs: Date.now() - resumedMs,
    verdict,
  }
}

/** The smallest of some measurements: what one collection leaves behind, the next takes. */
async function settled(server: MeasuredServer): Promise<Measurement> {
  let smallest = await server.measure()
  for (let again = 0; again < 5; again += 1) {
    await sleep(100)
    const next = await server.measure()
    if (next.heapBytes < smallest.heapBytes) smallest = next
  }
  return smallest
}

function latencyOf(server: MeasuredServer): Latency {
  const sorted = server.latencies('fast')
  const at = (quantile: number): number => sorted[Math.floor(sorted.length * quantile)] ?? NaN
  return { p50: at(0.5), p99: at(0.99) }
}

/** The lines to print. */
export function slowReportOf(report: SlowReport): string {
  const { latency, rssBytes, verdict } = report
  const kib = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`
  const times = ({ p50, p99 }: Latency): string => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  return [
    `  stored                     ${verdict.stored}, seen by ${[...verdict.seen].map(([name, count]) => `${name} ${count}`).join(', ')}`,
    `  lost, doubled, disordered  ${verdict.lost}, ${verdict.doubled}, ${verdict.outOfOrder}`,
    `  held per stalled follower  ${kib(report.mostHeldBytes)} at most (unsent, and a frame)`,
    `  freed per stalled follower ${kib(report.heapBytesPerStalled)} when it went`,
    `  server RSS                 ${kib(rssBytes.withStalled)} with them, ${kib(rssBytes.without)} without`,
    `  a fast follower's latency  ${times(latency.withStalled)} beside them, ${times(latency.without)} without`,
    `  caught up                  ${report.caughtUpMs} ms after going on`,
  ].join('\n')
}
