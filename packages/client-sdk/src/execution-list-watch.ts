// A page of executions and then their changes enter, a live list leaves; after anything it goes on from its own cursor, or lists again where that is void.

import {
  LIMITS,
  toRuntailError,
  type Execution,
  type ExecutionPage,
  type ExecutionsFrame,
  type RuntailError,
} from '@runtail/core'
import { backoffMs } from './backoff.ts'
import { Changes } from './changes.ts'
import { withChanges, withOlder, type ListFilter } from './execution-list.ts'
import { Inbox } from './inbox.ts'
import { sleep } from './timers.ts'
import type { ExecutionListSnapshot, ExecutionListWatch, ListOptions } from './types.ts'

/** Which page to read. */
export interface ExecutionQuery extends ListFilter {
  readonly before?: number
  readonly limit?: number
}

/** What a live list needs of the server. */
export interface ListSource {
  list(query: ExecutionQuery): Promise<ExecutionPage>
  watch(
    after: string,
    listener: { frame(cursor: string, frame: ExecutionsFrame): void; ended(error?: RuntailError): void },
  ): () => void
}

interface Received {
  readonly cursor: string
  readonly frame: ExecutionsFrame
}

const MAX_RETRY_MS = 5000

/** A live list; runs while it has listeners. */
export class ExecutionListView implements ExecutionListWatch {
  readonly subscribe: ExecutionListWatch['subscribe']
  readonly #source: ListSource
  readonly #filter: ListFilter
  readonly #limit: number
  readonly #changes: Changes
  #snapshot: ExecutionListSnapshot = { status: 'loading', executions: [], hasMore: false, updatedMs: 0 }
  /** Where changes go on; undefined until the first page is there. */
  #cursor: string | undefined
  /** Where older executions go on. */
  #next: number | undefined

  constructor(source: ListSource, options: ListOptions, onError: (error: unknown) => void) {
    const { limit = LIMITS.executionsPerPage, ...filter } = options
    this.#source = source
    this.#filter = filter
    this.#limit = Math.min(limit, LIMITS.executionsPerPage)
    this.#changes = new Changes(onError, (signal) => this.#run(signal))
    this.subscribe = this.#changes.subscribe
  }

  readonly getSnapshot = (): ExecutionListSnapshot => this.#snapshot

  async loadMore(): Promise<void> {
    if (this.#next === undefined) return
    const page = await this.#source.list({ ...this.#filter, before: this.#next, limit: this.#limit })
    this.#next = page.next
    this.#show({ executions: withOlder(this.#snapshot.executions, page.executions) })
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        this.#cursor ??= await this.#load()
        await this.#watch(this.#cursor, { signal, onFrame: () => (attempt = 0) })
      } catch (thrown) {
        const error = toRuntailError(thrown)
        if (error.code === 'closed' || signal.aborted) return
        if (!error.retryable || this.#cursor === undefined) this.#show({ status: 'error', error })
        if (error.code === 'disconnected' && this.#cursor !== undefined) continue
        await sleep(backoffMs({ attempt, random: Math.random(), maxMs: MAX_RETRY_MS }), signal)
      }
    }
  }

  async #load(): Promise<string> {
    const page = await this.#source.list({ ...this.#filter, limit: this.#limit })
    this.#next = page.next
    this.#show({ executions: page.executions })
    return page.cursor
  }

  async #watch(after: string, options: { readonly signal: AbortSignal; readonly onFrame: () => void }): Promise<void> {
    const { signal, onFrame } = options
    const inbox = new Inbox<Received>()
    const stop = this.#source.watch(after, {
      frame: (cursor, frame) => inbox.push({ cursor, frame }),
      ended: (error) => inbox.end(error),
    })
    try {
      for await (const { cursor, frame } of inbox.read(signal)) {
        onFrame()
        if (frame.reset) {
          // The next round lists again.
          this.#cursor = undefined
          return
        }
        this.#cursor = cursor
        this.#take(frame.executions)
      }
    } finally {
      stop()
    }
  }

  #take(executions: readonly Execution[]): void {
    const scope = { filter: this.#filter, hasMore: this.#next !== undefined }
    this.#show({ executions: withChanges(this.#snapshot.executions, executions, scope) })
  }

  #show(change: { executions?: readonly Execution[]; status?: 'error'; error?: RuntailError }): void {
    const { executions = this.#snapshot.executions, status = 'live', error } = change
    this.#snapshot = {
      status,
      executions,
      hasMore: this.#next !== undefined,
      updatedMs: Date.now(),
      ...(error === undefined ? {} : { error }),
    }
    this.#changes.emit()
  }
}
