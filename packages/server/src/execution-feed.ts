// Revisions of the store and hints enter, changed executions leave, coalesced and resumable: what a live list is made from.

import { encodeCursor, resumeAt, SYNC_INTERVAL_MS, type Cursor, type Execution } from '@runtail/core'
import { Bell } from './bell.ts'
import type { Bus } from './bus/bus.ts'
import { systemClock, type Clock } from './clock.ts'
import { Pause } from './pause.ts'
import { feedClosed, SharedReads } from './shared-reads.ts'
import type { ExecutionChanges, Store } from './store/store.ts'

/** What {@link ExecutionFeed} is made from. */
export interface ExecutionFeedOptions {
  readonly store: Store
  readonly bus: Bus
  /** @default the machine's clock */
  readonly clock?: Clock
  /** 0 ≤ number < 1, for jitter. @default Math.random */
  readonly random?: () => number
  /** Changes within this time travel together: a watcher at the newest revision gets at most one frame in it. @default 100 */
  readonly coalesceMs?: number
  /** How long a change whose hint was lost may lie unnoticed. @default 2000 */
  readonly pollIntervalMs?: number
  /** After how much silence a watcher gets an empty frame. @default SYNC_INTERVAL_MS */
  readonly syncIntervalMs?: number
}

/** One step of one watcher; without executions it is a sync frame. */
export interface ExecutionChangesFrame {
  /** In their newest state, oldest change first. */
  readonly executions: readonly Execution[]
  /** The position after this frame: with the store's epoch it is the cursor to resume from. */
  readonly revision: number
  /** Only on a first frame: the cursor was worth nothing here, so the watcher must list again. */
  readonly reset?: true
}

const DEFAULTS = {
  clock: systemClock,
  random: Math.random,
  coalesceMs: 100,
  pollIntervalMs: 2000,
  syncIntervalMs: SYNC_INTERVAL_MS,
}

/** Executions in one frame. */
const MAX_EXECUTIONS = 100

/** Changed executions, and the bell's count before the store was asked. */
type Next = ExecutionChanges & { readonly rings: number }

/** Watches all executions: a watcher is a position too. */
export class ExecutionFeed {
  readonly #options: Required<ExecutionFeedOptions>
  readonly #bell: Bell
  readonly #changes: SharedReads<Next>
  readonly #revisions: SharedReads<number>
  readonly #recalls: SharedReads<boolean>
  readonly #unsubscribe: () => void
  #phase: 'open' | 'closed' = 'open'

  constructor(options: ExecutionFeedOptions) {
    this.#options = { ...DEFAULTS, ...options }
    const { clock, random, coalesceMs, pollIntervalMs, syncIntervalMs } = this.#options
    const intervalMs = Math.min(pollIntervalMs, syncIntervalMs)
    // One rhythm for all watchers: they wake together and share the read.
    this.#bell = new Bell(clock, { intervalMs: () => intervalMs * (0.9 + 0.2 * random()), minGapMs: coalesceMs })
    this.#changes = new SharedReads({ clock, random })
    this.#revisions = new SharedReads({ clock, random })
    this.#recalls = new SharedReads({ clock, random })
    this.#unsubscribe = options.bus.subscribe(() => this.#bell.ring())
  }

  /**
   * Executions that change after the cursor (without one: from now on), until `signal` aborts or the consumer returns. The first frame comes at once.
   * @throws RuntailError `closed`
   */
  async *watch(cursor: Cursor | undefined, signal: AbortSignal): AsyncGenerator<ExecutionChangesFrame, void> {
    const { clock, syncIntervalMs, store } = this.#options
    using pause = new Pause(clock, signal)
    const untilAnswered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
      this.#assertOpen()
      const answer = signal.aborted ? undefined : await pause.untilSettled(ask())
      return signal.aborted ? undefined : answer
    }
    const newest = await untilAnswered(() => this.#revisions.share(0, () => store.revision()))
    if (newest === undefined) return
    const known = !cursor || cursor.epoch === store.epoch || (await untilAnswered(() => this.#recall(cursor)))
    if (known === undefined) return
    const { after, reset } = resumeAt(cursor, { known, head: newest })
    // After a reset the watcher lists again, and gets the changes from before that list on.
    let position = reset || !cursor ? newest : after
    yield { executions: [], revision: position, ...(reset && { reset }) }
    let sentAtMs = clock.now()
    for (;;) {
      const next = await untilAnswered(() => this.#changesAfter(position))
      if (!next) return
      const { executions, revision, rings } = next
      const isNews = executions.length > 0
      if (isNews || clock.now() - sentAtMs >= syncIntervalMs) {
        yield { executions, revision }
        position = revision
        sentAtMs = clock.now()
      }
      // A full frame is a watcher who catches up.
      if (executions.length < MAX_EXECUTIONS) await pause.untilRing(this.#bell, rings)
    }
  }

  /** Ends every watcher with `closed`. */
  close(): void {
    this.#phase = 'closed'
    this.#unsubscribe()
    this.#changes[Symbol.dispose]()
    this.#revisions[Symbol.dispose]()
    this.#recalls[Symbol.dispose]()
    this.#bell[Symbol.dispose]()
  }

  /** Whether the store knows a cursor, by one question for all who bring the same. */
  #recall(cursor: Cursor): Promise<boolean> {
    return this.#recalls.share(encodeCursor(cursor), () => this.#options.store.knows(cursor))
  }

  /** The next changes, by one read for all who stand at the same place. */
  #changesAfter(position: number): Promise<Next> {
    return this.#changes.share(position, async () => {
      const { rings } = this.#bell
      return { ...(await this.#options.store.changes(position, MAX_EXECUTIONS)), rings }
    })
  }

  #assertOpen(): void {
    if (this.#phase === 'closed') throw feedClosed()
  }
}
