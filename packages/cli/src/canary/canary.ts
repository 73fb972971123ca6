// Two clients enter; numbered logs go in by the one and come out by the other, all the time; how they stand leaves whenever it is asked for.

import type { ExecutionHandle, RuntailClient } from '@runtail/client-sdk'
import { isTerminal, RuntailError } from '@runtail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import { Latencies } from './latencies.ts'
import { sumOf, Tally, type Counts } from './tally.ts'

/** What {@link Canary} is made from. */
export interface CanaryOptions {
  readonly producer: RuntailClient
  /** Another one, so that all goes the whole way. */
  readonly follower: RuntailClient
  readonly logsPerSecond: number
  /** How long a log may take before it counts as missing. */
  readonly graceMs: number
  /** After how long the next execution begins. */
  readonly renewMs: number
  /** Rises; any origin. */
  readonly nowMs: () => number
}

interface Run {
  readonly execution: ExecutionHandle
  readonly tally: Tally
  readonly startedMs: number
  readonly followed: Promise<void>
}

const RETRY_MS = 250
const SHORTEST_TICK_MS = 10

/** Writes and follows until it is stopped. */
export class Canary {
  readonly #options: CanaryOptions
  readonly #runs: Run[] = []
  readonly #stopFollowing = new AbortController()
  readonly #all = new Latencies()
  #recent = new Latencies()
  #seen: () => void = () => {}

  constructor(options: CanaryOptions) {
    this.#options = options
  }

  /** How all executions stand together. */
  counts(): Counts {
    const nowMs = this.#options.nowMs()
    return sumOf(this.#runs.map(({ tally }) => tally.counts(nowMs)))
  }

  /** Since the beginning. */
  get latencies(): Latencies {
    return this.#all
  }

  /** Since they were last taken. */
  takeLatencies(): Latencies {
    const taken = this.#recent
    this.#recent = new Latencies()
    return taken
  }

  /** Writes until the signal aborts, then waits for what is on its way, for at most the grace time. Rejects where following cannot go on. */
  async run(signal: AbortSignal): Promise<void> {
    const { nowMs, logsPerSecond, graceMs } = this.#options
    let run = await this.#start()
    let failed: Promise<void> = run.followed
    const tickMs = Math.max(SHORTEST_TICK_MS, 1000 / logsPerSecond)
    let [written, sinceMs] = [0, nowMs()]
    while (!signal.aborted) {
      await Promise.race([sleep(tickMs, undefined, { signal }).catch(aborted), failed])
      if (nowMs() - run.startedMs >= this.#options.renewMs) {
        const old = run
        run = await this.#start()
        failed = Promise.all([failed, run.followed]).then(() => undefined)
        old.execution.complete().catch(rethrow)
      }
      for (const due = ((nowMs() - sinceMs) * logsPerSecond) / 1000; written < due && !signal.aborted; written += 1) {
        run.execution.log(`canary ${run.tally.send(nowMs())}`)
      }
      // After a pause of this process there is no need to catch up for long.
      if (nowMs() - sinceMs > 60_000) [written, sinceMs] = [0, nowMs()]
    }
    const patience = AbortSignal.timeout(graceMs + 1)
    const late = new Promise<void>((resolve) => patience.addEventListener('abort', () => resolve()))
    await Promise.race([this.#settled(), late])
    await Promise.race([run.execution.complete(), late])
    this.#stopFollowing.abort()
    await failed
  }

  async #start(): Promise<Run> {
    const { producer, graceMs, nowMs } = this.#options
    const execution = await producer.startExecution({ workflow_id: 'runtail-canary', name: 'canary', tags: ['canary'] })
    const tally = new Tally(graceMs)
    const run = { execution, tally, startedMs: nowMs(), followed: this.#follow(execution, tally) }
    // Awaited later; until then it is no rejection that nobody handles.
    run.followed.catch(() => undefined)
    this.#runs.push(run)
    return run
  }

  /** Until the execution has ended and all of it was seen. */
  async #follow(execution: ExecutionHandle, tally: Tally): Promise<void> {
    const { follower, nowMs } = this.#options
    const { signal } = this.#stopFollowing
    let cursor: string | undefined
    while (!signal.aborted) {
      try {
        for await (const update of follower.follow(execution.id, { signal, ...(cursor && { after: cursor }) })) {
          const atMs = nowMs()
          if (update.reset) tally.reset(atMs)
          for (const { message } of update.logs) this.#take(tally, message, atMs)
          cursor = update.cursor
          this.#seen()
          if (isTerminal(update.execution.status) && (update.logs.at(-1)?.seq ?? 0) >= update.head) return
        }
        return
      } catch (error) {
        // Not there yet, or not any more until the producer sends again.
        if (!(error instanceof RuntailError) || error.code !== 'not_found') throw error
        await sleep(RETRY_MS, undefined, { signal }).catch(aborted)
      }
    }
  }

  #take(tally: Tally, message: string | undefined, atMs: number): void {
    const number = /^canary (\d+)$/.exec(message ?? '')?.[1]
    if (number === undefined) return
    const ms = tally.see(Number(number), atMs)
    if (ms === undefined) return
    this.#all.add(ms)
    this.#recent.add(ms)
  }

  /** Resolves when everything that was sent was seen. */
  #settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#seen = () => {
        if (this.#runs.every(({ tally }) => tally.outstanding === 0)) resolve()
      }
      this.#seen()
    })
  }
}

/** A sleep that was cut short is over. */
function aborted(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error
}

/** It never rejects; if it did, nobody should overlook it. */
function rethrow(error: unknown): never {
  throw error
}
