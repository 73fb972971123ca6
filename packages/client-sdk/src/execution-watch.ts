// One execution enters as updates of a follower and as pages that readers asked for, a shared live view of it leaves; each seq up to the head is held, gone or unloaded. Invariant 5.

import {
  isTerminal,
  LogBuffer,
  parseCursor,
  toRuntailError,
  type Execution,
  type ExecutionLog,
  type LogPage,
  type RuntailError,
  type SeqRange,
} from '@runtail/core'
import { backoffMs } from './backoff.ts'
import { Changes } from './changes.ts'
import { closed } from './closed.ts'
import { planFill } from './follow-plan.ts'
import { follow, type FollowSource, type FollowStart } from './follow.ts'
import { PageLoader } from './page-loader.ts'
import { SeqSet } from './seq-set.ts'
import { sleep } from './timers.ts'
import type {
  ExecutionSnapshot,
  ExecutionWatch,
  FollowUpdate,
  LoadOptions,
  WatchOptions,
  WatchStatus,
} from './types.ts'

/** An execution may be watched before its creation has reached the server, so a watch keeps looking. */
const MAX_RETRY_MS = 5000

/** What a view is made from. */
export interface ViewOptions extends WatchOptions {
  readonly onError: (error: unknown) => void
}

/** The view. Follows while it has listeners, and goes on where it stopped when it has some again. */
export class ExecutionView implements ExecutionWatch {
  readonly subscribe: ExecutionWatch['subscribe']
  readonly #source: FollowSource
  readonly #executionId: string
  readonly #last: number | undefined
  readonly #changes: Changes
  readonly #loader: PageLoader
  readonly #logs = new LogBuffer()
  readonly #held = new SeqSet()
  /** Never holds what is held. */
  readonly #gone = new SeqSet()
  #snapshot: ExecutionSnapshot | undefined
  #status: WatchStatus = 'loading'
  #execution: Execution | undefined
  #error: RuntailError | undefined
  #cursor: string | undefined
  #head = 0
  #version = 0
  #updatedMs = 0
  /** The client was closed. */
  #isOver = false

  constructor(source: FollowSource, executionId: string, { last, onError }: ViewOptions) {
    this.#source = source
    this.#executionId = executionId
    this.#last = last
    this.#changes = new Changes(onError, (signal) => this.#follow(signal))
    this.subscribe = this.#changes.subscribe
    this.#loader = new PageLoader({
      unloaded: (range) => (this.#cursor === undefined ? undefined : this.#unloaded(range)),
      read: (after, limit) => source.read(executionId, after, limit),
      take: (range, page) => this.#takePage(range, page),
      onError,
    })
  }

  readonly getSnapshot = (): ExecutionSnapshot => {
    const { first, last } = this.#logs
    this.#snapshot ??= {
      status: this.#status,
      execution: this.#execution,
      logs: this.#logs,
      version: this.#version,
      head: this.#head,
      completeness: {
        first,
        last,
        gaps: this.#gone.ranges,
        unloaded: this.#unloaded({ from: 1, to: this.#head }),
      },
      updatedMs: this.#updatedMs,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    }
    return this.#snapshot
  }

  async load(range: SeqRange, { signal }: LoadOptions = {}): Promise<void> {
    if (this.#isOver) throw closed()
    // Whether a page is of the store that the view shows is known by following only.
    const leave = this.subscribe(() => {})
    try {
      await this.#loader.load(range, signal)
    } finally {
      leave()
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        for await (const update of follow(this.#source, this.#executionId, { ...this.#start(), signal })) {
          attempt = 0
          this.#take(update)
        }
        if (signal.aborted) return
        this.#isOver = true
        return this.#loader.fail(closed())
      } catch (thrown) {
        this.#failed(toRuntailError(thrown))
        await sleep(backoffMs({ attempt, random: Math.random(), maxMs: MAX_RETRY_MS }), signal)
      }
    }
  }

  #start(): FollowStart {
    if (this.#cursor !== undefined) return { after: this.#cursor }
    return this.#last === undefined ? {} : { last: this.#last }
  }

  #take(update: FollowUpdate): void {
    if (update.reset) {
      this.#logs.clear()
      this.#held.clear()
      this.#gone.clear()
    }
    for (const gap of update.gaps) this.#lose(gap)
    this.#hold(update.logs)
    this.#cursor = update.cursor
    this.#head = update.head
    this.#execution = update.execution
    this.#error = undefined
    this.#status = this.#statusNow(update)
    this.#changed()
    this.#loader.advance()
  }

  /** False for a page that is of no use: of another opening of the store, or behind what was announced. */
  #takePage(range: SeqRange, page: LogPage): boolean {
    if (parseCursor(page.cursor)?.epoch !== epochOf(this.#cursor)) return false
    const { logs, gap } = planFill(range, page)
    if (logs.length === 0 && !gap) return false
    if (gap) this.#lose(gap)
    this.#hold(logs)
    this.#changed()
    return true
  }

  /** Takes neighbouring logs. */
  #hold(logs: readonly ExecutionLog[]): void {
    const [first, last] = [logs[0], logs.at(-1)]
    if (!first || !last) return
    for (const log of logs) this.#logs.put(log)
    const range = { from: first.seq, to: last.seq }
    this.#held.add(range)
    this.#gone.remove(range)
  }

  /** What arrived before it was removed stays. */
  #lose(gap: SeqRange): void {
    for (const range of this.#held.missing(gap)) this.#gone.add(range)
  }

  #unloaded({ from, to }: SeqRange): SeqRange[] {
    const range = { from: Math.max(1, from), to: Math.min(to, this.#head) }
    return this.#held.missing(range).flatMap((part) => this.#gone.missing(part))
  }

  #statusNow({ cursor, head, reset, execution }: FollowUpdate): WatchStatus {
    if ((parseCursor(cursor)?.seq ?? 0) >= head) return isTerminal(execution.status) ? 'ended' : 'live'
    // Once live, a view that is behind for a moment has not begun to load again.
    return reset || this.#status !== 'live' ? 'loading' : 'live'
  }

  #failed(error: RuntailError): void {
    this.#error = error
    this.#status = error.code === 'not_found' ? 'not_found' : 'error'
    this.#changed()
    this.#loader.fail(error)
  }

  #changed(): void {
    this.#version += 1
    this.#updatedMs = Date.now()
    this.#snapshot = undefined
    this.#changes.emit()
  }
}

/** The views of a client: one per execution and way to begin, while anybody holds it. */
export class ExecutionViews {
  readonly #views = new Map<string, WeakRef<ExecutionView>>()
  readonly #make: (executionId: string, options: WatchOptions) => ExecutionView

  constructor(make: (executionId: string, options: WatchOptions) => ExecutionView) {
    this.#make = make
  }

  get(executionId: string, options: WatchOptions = {}): ExecutionView {
    // No id has a space.
    const key = options.last === undefined ? executionId : `${executionId} ${options.last}`
    const known = this.#views.get(key)?.deref()
    if (known) return known
    for (const [other, view] of this.#views) if (!view.deref()) this.#views.delete(other)
    const view = this.#make(executionId, options)
    this.#views.set(key, new WeakRef(view))
    return view
  }
}

function epochOf(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : parseCursor(cursor)?.epoch
}
