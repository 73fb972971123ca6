// The public shapes of reading: what a program holds when it follows, watches and lists.

import type {
  Execution,
  ExecutionLog,
  ExecutionStatus,
  LogBuffer,
  LogLevel,
  RuntailError,
  SeqRange,
} from '@runtail/core'

/** Anything with a current value that can be watched. Its functions need no `this`: pass them to React's `useSyncExternalStore` as they are. */
export interface Watchable<Snapshot> {
  /** The same object until something changed. */
  readonly getSnapshot: () => Snapshot
  /** Calls `listener` after each change (at most once per turn of the event loop). Returns what ends it; a watch runs while it has listeners. */
  readonly subscribe: (listener: () => void) => () => void
}

/** Options of `follow`. */
export interface FollowOptions {
  /** Where to go on: a cursor that an update gave, or a seq. @default the first log */
  readonly after?: string | number
  /** Begin with so many of the last logs; those before are no gap. Without meaning beside `after`. @default all of them */
  readonly last?: number
  /**
   * Only logs of these levels are in `update.logs`. The filter is the client's: all logs arrive, so `head`, `cursor` and `execution` go on with
   * those that are left out, and gaps are told. @default every level
   */
  readonly levels?: readonly LogLevel[]
  /** Likewise, only logs of steps with these names (`step_name`); beside `levels` both must hold. @default every step */
  readonly steps?: readonly string[]
  /** Ends the loop quietly, as `break` does: no error, and nothing stays open. */
  readonly signal?: AbortSignal
}

/** Options of `waitForCompletion`. */
export interface WaitOptions {
  /** Ends the waiting: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Milliseconds after which it rejects with a `TimeoutError`, as of `AbortSignal.timeout`. @default waits as long as it takes */
  readonly timeoutMs?: number
}

/** One step of a follower, maybe without logs as a sign of life; together the updates hold every log after the cursor once, in order. */
export interface FollowUpdate {
  /** What is new; less what `levels` and `steps` leave out. */
  readonly logs: readonly ExecutionLog[]
  /** The fold up to the last log of this update, when followed from the first log; else the server's newest state. */
  readonly execution: Execution
  readonly head: number
  /** Hand it to `follow` later to go on after this update. */
  readonly cursor: string
  /** Ranges that the server no longer has, met in this update. */
  readonly gaps: readonly SeqRange[]
  /** The store was wiped or restored: everything before this update is void. */
  readonly reset: boolean
}

/** Where a watch stands: `live` has reached the head at least once, `ended` has the last line of an execution that is over. */
export type WatchStatus = 'loading' | 'live' | 'ended' | 'not_found' | 'error'

/** What of the seqs from 1 to the head a watch holds; each of them is held, in a gap, or unloaded. */
export interface Completeness {
  /** The lowest and the highest seq held; 0 while nothing is. */
  readonly first: number
  readonly last: number
  /** What can never be had, for the server no longer has it. */
  readonly gaps: readonly SeqRange[]
  /** What was not fetched: it is on its way, or lies before the `last` logs that were asked for. */
  readonly unloaded: readonly SeqRange[]
}

/** Everything known of one execution. `logs` is one growing buffer, the same object all along; `version` tells that it grew. */
export interface ExecutionSnapshot {
  readonly status: WatchStatus
  readonly execution: Execution | undefined
  readonly logs: LogBuffer
  readonly version: number
  readonly head: number
  readonly completeness: Completeness
  /** Unix milliseconds when something last came from the server. */
  readonly updatedMs: number
  readonly error?: RuntailError
}

/** Options of `watch`. */
export interface WatchOptions {
  /** Open at the end, with so many of the last logs; `load` fetches others. @default all of them */
  readonly last?: number
}

/** Options of `load`. */
export interface LoadOptions {
  readonly signal?: AbortSignal
}

/** A shared, live view of one execution. */
export interface ExecutionWatch extends Watchable<ExecutionSnapshot> {
  /**
   * Fetches what of the range is not held, its end first. Resolves when all of it up to the head is held or known to be gone. What fails is
   * tried again while there is a connection. @throws RuntailError, or the signal's reason
   */
  load(range: SeqRange, options?: LoadOptions): Promise<void>
}

/** Which executions to list. */
export interface ListOptions {
  readonly status?: ExecutionStatus
  readonly workflow_id?: string
  /** @default 100 */
  readonly limit?: number
}

/** A live list, newest first. */
export interface ExecutionListSnapshot {
  readonly status: 'loading' | 'live' | 'error'
  readonly executions: readonly Execution[]
  /** Whether older ones can be had by `loadMore`. */
  readonly hasMore: boolean
  readonly updatedMs: number
  readonly error?: RuntailError
}

/** A live view of the list. */
export interface ExecutionListWatch extends Watchable<ExecutionListSnapshot> {
  loadMore(): Promise<void>
}
