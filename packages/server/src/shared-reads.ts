// Reads of the store enter, their answers leave: one read for all who ask the same at a time, repeated by itself while the store is away for a while.

import { RuntailError } from '@runtail/core'
import type { Clock } from './clock.ts'
import { Pause } from './pause.ts'

const FIRST_WAIT_MS = 50
const MAX_WAIT_MS = 2000

/** What {@link SharedReads} is made from. */
export interface SharedReadsOptions {
  readonly clock: Clock
  /** 0 ≤ number < 1, for jitter. */
  readonly random: () => number
}

/** Reads under way, by what tells them apart, such as the position they begin at. */
export class SharedReads<Answer> implements Disposable {
  readonly #options: SharedReadsOptions
  readonly #underWay = new Map<number | string, Promise<Answer>>()
  readonly #stop = new AbortController()

  constructor(options: SharedReadsOptions) {
    this.#options = options
  }

  /**
   * The answer of the read of this `key` that is under way, or else of a new one. A fault that can pass is not felt: the read is repeated,
   * after a wait that doubles up to two seconds, with full jitter.
   * @throws RuntailError what trying again cannot mend; `closed` after disposal
   */
  share(key: number | string, read: () => Promise<Answer>): Promise<Answer> {
    const known = this.#underWay.get(key)
    if (known) return known
    const answer = this.#untilAnswered(read).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, answer)
    return answer
  }

  /** Ends every read with `closed`. */
  [Symbol.dispose](): void {
    this.#stop.abort()
  }

  async #untilAnswered(read: () => Promise<Answer>): Promise<Answer> {
    const { clock, random } = this.#options
    using pause = new Pause(clock, this.#stop.signal)
    // Many followers that catch up must leave the event loop to the others in between; and whatever is committed meanwhile comes in one block.
    await pause.forTurn()
    for (let waitMs = FIRST_WAIT_MS; !this.#stop.signal.aborted; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
      try {
        const answer = await pause.untilSettled(read())
        if (answer !== undefined) return answer
      } catch (error) {
        if (!canPass(error)) throw error
        await pause.forMs(waitMs * random())
      }
    }
    throw feedClosed()
  }
}

/** The error for followers of a server that stops. */
export function feedClosed(): RuntailError {
  return new RuntailError('closed', { message: 'The server stops. Come back and resume from your cursor.' })
}

function canPass(error: unknown): boolean {
  return error instanceof RuntailError && error.code === 'store_unavailable'
}
