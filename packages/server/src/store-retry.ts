// A read of the store enters, its answer leaves, however often the store fails for a while: followers do not feel a fault that passes.

import { RuntailError } from '@runtail/core'
import type { Pause } from './pause.ts'

const FIRST_WAIT_MS = 50
const MAX_WAIT_MS = 2000

/** What {@link retrying} needs beside the read. */
export interface RetryOptions {
  readonly pause: Pause
  readonly signal: AbortSignal
  /** 0 ≤ number < 1. */
  readonly random: () => number
}

/**
 * Repeats a read while it fails in a way that can pass, waiting longer each time, with full jitter; undefined where the signal aborts meanwhile.
 * @throws what the read throws, where trying again cannot help
 */
export async function retrying<Answer>(
  read: () => Promise<Answer>,
  { pause, signal, random }: RetryOptions,
): Promise<Answer | undefined> {
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof RuntailError && error.retryable)) throw error
    }
    await pause.forMs(waitMs * random())
  }
  return undefined
}

/** Reads under way by where they begin: those who stand at the same place share one. */
export class SharedReads<Answer> {
  readonly #underWay = new Map<number, Promise<Answer>>()

  /** The read from `position` that is under way, or a new one. */
  share(position: number, read: () => Promise<Answer>): Promise<Answer> {
    const known = this.#underWay.get(position)
    if (known) return known
    const answer = read().finally(() => this.#underWay.delete(position))
    this.#underWay.set(position, answer)
    return answer
  }
}
