// The port to where logs are durable. Invariants 1 to 3 are a driver's to hold; the conformance suite in test/ tells whether it does.

import { RuntailError } from '@runtail/core'
import type { AppendResult, Cursor, Execution, NewExecution, NewExecutionLog } from '@runtail/core'
import type { LogBlock } from '../block.ts'

/** Logs of one producer's call for one execution, already validated. */
export interface AppendBatch {
  readonly execution_id: string
  readonly logs: readonly NewExecutionLog[]
}

/** What became of a batch: stored (then durable), or refused without touching the others of its transaction. */
export type AppendOutcome =
  | {
      readonly ok: true
      readonly result: AppendResult
      /** What was accepted, up to `result.head`, as a read would give it; absent where nothing was, or the driver has it no more. */
      readonly block?: LogBlock
    }
  | { readonly ok: false; readonly error: RuntailError }

/** Which stored logs to read; both limits cut, but at least one log is given where there is one. */
export interface BlockRange {
  /** Only logs with a greater seq, lowest first. @default 0 */
  readonly after?: number
  /** Only logs with a smaller seq: the last ones of them, in ascending order. With `after`, the last ones between the two. */
  readonly before?: number
  readonly maxLogs: number
  /** Bytes of the logs' texts in UTF-8. */
  readonly maxBytes: number
}

/** A block with the head at the moment of the read. An empty block's `from` is `after + 1`. */
export interface StoredBlock {
  readonly block: LogBlock
  readonly head: number
}

/** Which executions to list, newest first. */
export interface ExecutionQuery {
  readonly status?: Execution['status']
  readonly workflow_id?: string
  /** Only executions made before this position (a page's `next`). */
  readonly before?: number
  readonly limit: number
}

/** Executions, newest first, with a revision: whatever changed after it may be missing here, whatever changed before is in. */
export interface ExecutionList {
  readonly executions: readonly Execution[]
  /** The position to give as `before` for the next page; absent on the last. */
  readonly next?: number
  readonly revision: number
}

/** Changed executions, oldest change first, and the revision up to which they are complete: where nothing changed, the one asked for. */
export interface ExecutionChanges {
  readonly executions: readonly Execution[]
  readonly revision: number
}

/**
 * Where logs are durable. Asynchronous throughout, whatever the driver is.
 * Every method rejects with a {@link RuntailError}: `store_unavailable` where trying again can help, `closed` after {@link Store.close}.
 */
export interface Store {
  /**
   * The store's present epoch: every opening begins a new one. Never older than what this driver has given out, so a cursor made of it and of
   * any position that was read is one that {@link knows} can judge.
   */
  readonly epoch: string

  /**
   * Whether all that was given out up to a cursor of this or an earlier epoch still stands as it was; false where a wipe or a restore has lost
   * it, or the store never gave it out. With an execution the cursor's seq is that of a log, without one it is a revision.
   */
  knows(cursor: Cursor, executionId?: string): Promise<boolean>

  /**
   * Makes an execution, or gives the one that has this id already.
   * @throws RuntailError `conflict` where the id belongs to another workflow.
   */
  create(execution: NewExecution & { readonly id: string; readonly created_at: string }): Promise<Execution>

  /**
   * Stores all batches in one transaction, durable before the promise resolves: gives each new log the next seq of its execution, drops known ids,
   * folds the execution. One outcome per batch, in order; a refused batch (`not_found`) leaves the others alone.
   * Rejects where the transaction failed: then nothing of it is stored.
   */
  append(batches: readonly AppendBatch[]): Promise<readonly AppendOutcome[]>

  /** Neighbouring logs, as stored text: the JSON of each log, `seq` in it. @throws RuntailError `not_found` */
  read(executionId: string, range: BlockRange): Promise<StoredBlock>

  get(executionId: string): Promise<Execution | undefined>

  list(query: ExecutionQuery): Promise<ExecutionList>

  /** What changed after a revision; each execution at most once, in its newest state. */
  changes(afterRevision: number, limit: number): Promise<ExecutionChanges>

  /** The newest revision: it grows with every change of an execution, and never shrinks. */
  revision(): Promise<number>

  close(): Promise<void>
}

/** The error for an execution that is not there. */
export function notFound(executionId: string): RuntailError {
  return new RuntailError('not_found', {
    message: `There is no execution ${executionId}. Check the id, or create the execution first.`,
    data: { execution_id: executionId },
  })
}

/** The error for an id that belongs to another workflow. */
export function conflict(existing: Execution, workflowId: string): RuntailError {
  return new RuntailError('conflict', {
    message: `Execution ${existing.id} belongs to workflow ${existing.workflow_id}, not ${workflowId}. Use another execution id.`,
    data: { execution_id: existing.id, workflow_id: existing.workflow_id },
  })
}

/** The error for every call after {@link Store.close}. */
export function storeClosed(): RuntailError {
  return new RuntailError('closed', { message: 'The store was closed. Open it again.' })
}
