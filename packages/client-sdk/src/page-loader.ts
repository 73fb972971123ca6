// Ranges that a reader wants enter, pages are read until each of them is there: what several want is fetched once, the newest wish and the end of a range first.

import { LIMITS, toRuntailError, type LogPage, type RuntailError, type SeqRange } from '@runtail/core'
import { backoffMs } from './backoff.ts'
import { SeqSet } from './seq-set.ts'
import { startTimer } from './timers.ts'

/** What a loader needs of the view that it loads for. */
export interface LoadTarget {
  /** What of a range was not fetched, lowest first; undefined while nothing is known of the execution. */
  unloaded(range: SeqRange): readonly SeqRange[] | undefined
  read(after: number, limit: number): Promise<LogPage>
  /** Takes what was read for a range. False where it brought nothing, or is of another opening of the store than what the view holds. */
  take(range: SeqRange, page: LogPage): boolean
  readonly onError: (error: unknown) => void
}

interface Wish {
  readonly range: SeqRange
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/** Pages under way at a time: one is read while another travels. */
const MAX_PAGES = 2

const MAX_RETRY_MS = 5000

/** Loads what readers want. */
export class PageLoader {
  readonly #target: LoadTarget
  /** In the order in which they came. */
  readonly #wishes = new Set<Wish>()
  /** What pages under way are to bring. */
  readonly #fetching = new SeqSet()
  #pages = 0
  #attempt = 0

  constructor(target: LoadTarget) {
    this.#target = target
  }

  /** Resolves when nothing of the range is left to fetch. @throws RuntailError, or the signal's reason */
  load(range: SeqRange, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const leave = (): void => this.#forget(wish, () => wish.reject(signal?.reason))
      const settled = (settle: () => void): void => {
        signal?.removeEventListener('abort', leave)
        settle()
      }
      const wish: Wish = {
        range,
        resolve: () => settled(resolve),
        reject: (reason) => settled(() => reject(reason)),
      }
      signal?.addEventListener('abort', leave)
      this.#wishes.add(wish)
      this.advance()
    })
  }

  /** Something has changed about what is held: wishes may have come true, or may need other pages. */
  advance(): void {
    for (const wish of this.#wishes) {
      if (this.#target.unloaded(wish.range)?.length === 0) this.#forget(wish, wish.resolve)
    }
    while (this.#pages < MAX_PAGES) {
      const range = this.#next()
      if (!range) return
      this.#fetch(range).catch(this.#target.onError)
    }
  }

  /** Nothing more can be had. */
  fail(error: RuntailError): void {
    for (const wish of this.#wishes) this.#forget(wish, () => wish.reject(error))
  }

  /** What to read next. */
  #next(): SeqRange | undefined {
    for (const { range } of Array.from(this.#wishes).toReversed()) {
      const missing = this.#target.unloaded(range)?.flatMap((part) => this.#fetching.missing(part))
      const last = missing?.at(-1)
      if (last) return { from: Math.max(last.from, last.to - LIMITS.logsPerPage + 1), to: last.to }
    }
    return undefined
  }

  /** Reads one page. */
  async #fetch(range: SeqRange): Promise<void> {
    this.#pages += 1
    this.#fetching.add(range)
    const waitMs = await this.#page(range)
    const done = (): void => {
      this.#pages -= 1
      this.#fetching.remove(range)
      this.advance()
    }
    // Until then the range counts as being fetched, so that nobody asks for it at once.
    if (waitMs > 0) startTimer(waitMs, done)
    else done()
  }

  /** Gives how long to wait before anything of the range is asked for again. */
  async #page(range: SeqRange): Promise<number> {
    try {
      const page = await this.#target.read(range.from - 1, range.to - range.from + 1)
      if (this.#target.take(range, page)) {
        this.#attempt = 0
        return 0
      }
    } catch (thrown) {
      const error = toRuntailError(thrown)
      // Whoever has no connection has waited for it already.
      if (!error.retryable || error.code === 'disconnected') {
        for (const wish of this.#wishes) {
          if (overlaps(wish.range, range)) this.#forget(wish, () => wish.reject(error))
        }
        return 0
      }
    }
    this.#attempt += 1
    return backoffMs({ attempt: this.#attempt - 1, random: Math.random(), maxMs: MAX_RETRY_MS })
  }

  #forget(wish: Wish, settle: () => void): void {
    if (this.#wishes.delete(wish)) settle()
  }
}

function overlaps(one: SeqRange, other: SeqRange): boolean {
  return one.from <= other.to && other.from <= one.to
}
