// One execution enters as updates of a follower, a shared live view of it leaves: everything known so far as one snapshot, for as many listeners as there are.

import { isTerminal, LogBuffer, type Execution, type RuntailError, type SeqRange } from '@runtail/core'
import { backoffMs } from './backoff.ts'
import { callError } from './call-error.ts'
import { Changes } from './changes.ts'
import { follow, type FollowSource } from './follow.ts'
import { sleep } from './timers.ts'
import type { ExecutionSnapshot, ExecutionWatch, FollowUpdate, WatchStatus } from './types.ts'

/** An execution may be watched before its creation has reached the server, so a watch keeps looking. */
const MAX_RETRY_MS = 5000

/** The view. Follows while it has listeners, and goes on where it stopped when it has some again. */
export class ExecutionView implements ExecutionWatch {
  readonly #source: FollowSource
  readonly #executionId: string
  readonly #changes: Changes
  readonly #onError: (error: unknown) => void
  readonly #logs = new LogBuffer()
  #snapshot: ExecutionSnapshot | undefined
  #status: WatchStatus = 'loading'
  #execution: Execution | undefined
  #error: RuntailError | undefined
  #gaps: SeqRange[] = []
  #cursor: string | undefined
  #head = 0
  #version = 0
  #updatedMs = 0
  #following: AbortController | undefined

  constructor(source: FollowSource, executionId: string, onError: (error: unknown) => void) {
    this.#source = source
    this.#executionId = executionId
    this.#changes = new Changes(onError)
    this.#onError = onError
  }

  getSnapshot(): ExecutionSnapshot {
    const { first, last } = this.#logs
    this.#snapshot ??= {
      status: this.#status,
      execution: this.#execution,
      logs: this.#logs,
      version: this.#version,
      head: this.#head,
      completeness: { first, last, gaps: this.#gaps.filter(({ from }) => from > first) },
      updatedMs: this.#updatedMs,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    }
    return this.#snapshot
  }

  subscribe(listener: () => void): () => void {
    const unsubscribe = this.#changes.subscribe(listener)
    if (!this.#following) {
      this.#following = new AbortController()
      this.#follow(this.#following.signal).catch(this.#onError)
    }
    return () => {
      unsubscribe()
      // A framework may take one listener away and add another in the same breath.
      queueMicrotask(() => {
        if (this.#changes.size > 0) return
        this.#following?.abort()
        this.#following = undefined
      })
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        for await (const update of follow(this.#source, this.#executionId, { after: this.#cursor, signal })) {
          attempt = 0
          this.#take(update)
        }
        // Nobody listens any more, or the client was closed.
        return
      } catch (thrown) {
        this.#failed(callError(thrown))
        await sleep(backoffMs({ attempt, random: Math.random(), maxMs: MAX_RETRY_MS }), signal)
      }
    }
  }

  #take(update: FollowUpdate): void {
    if (update.reset) {
      this.#logs.clear()
      this.#gaps = []
    }
    for (const log of update.logs) this.#logs.put(log)
    this.#gaps.push(...update.gaps)
    this.#cursor = update.cursor
    this.#head = update.head
    this.#execution = update.execution
    this.#error = undefined
    this.#status = this.#statusNow(update)
    this.#changed()
  }

  #statusNow({ logs, gaps, head, reset, execution }: FollowUpdate): WatchStatus {
    const last = logs.at(-1)?.seq ?? gaps.at(-1)?.to ?? this.#logs.last
    if (last >= head) return isTerminal(execution.status) ? 'ended' : 'live'
    // Once live, a view that is behind for a moment has not begun to load again.
    return reset || this.#status !== 'live' ? 'loading' : 'live'
  }

  #failed(error: RuntailError): void {
    this.#error = error
    this.#status = error.code === 'not_found' ? 'not_found' : 'error'
    this.#changed()
  }

  #changed(): void {
    this.#version += 1
    this.#updatedMs = Date.now()
    this.#snapshot = undefined
    this.#changes.emit()
  }
}

/** The views of a client: one per execution while anybody holds it. */
export class ExecutionViews {
  readonly #views = new Map<string, WeakRef<ExecutionView>>()
  readonly #make: (executionId: string) => ExecutionView

  constructor(make: (executionId: string) => ExecutionView) {
    this.#make = make
  }

  get(executionId: string): ExecutionView {
    const known = this.#views.get(executionId)?.deref()
    if (known) return known
    for (const [id, view] of this.#views) if (!view.deref()) this.#views.delete(id)
    const view = this.#make(executionId)
    this.#views.set(executionId, new WeakRef(view))
    return view
  }
}
