// The port to where logs are durable. Invariants 1 to 3 are a driver's to hold; the conformance suite in test/ tells whether it does.

import type { AppendResult, Execution, NewExecution, NewExecutionLog, RuntailError } from '@runtail/core'
import type { LogBlock } from '../block.ts'

/** Logs of one producer's call for one execution, already validated. */
export interface AppendBatch {
  readonly execution_id: string
  readonly logs: readonly NewExecutionLog[]
}

/** What became of a batch: stored (then durable), or refused without touching the others of its transaction. */
export type AppendOutcome =
  | { readonly ok: true; readonly result: AppendResult }
  | { readonly ok: false; readonly error: RuntailError }

/** Which stored logs to read; both limits cut, but at least one log is given where there is one. */
export interface BlockRange {
  /** Only logs with a greater seq, lowest first. @default 0 */
  readonly after?: number
  /** Only logs with a smaller seq: the last ones of them, in ascending order. */
  readonly before?: number
  readonly maxLogs: number
  readonly maxBytes: number
}

/** A block with the head at the moment of the read. */
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

/** Executions with the store's revision at the moment of the read. */
export interface ExecutionList {
  readonly executions: readonly Execution[]
  readonly next?: number
  readonly revision: number
}

/** Changed executions, oldest change first, and the revision up to which they are complete. */
export interface ExecutionChanges {
  readonly executions: readonly Execution[]
  readonly revision: number
}

/**
 * Where logs are durable. Asynchronous throughout, whatever the driver is.
 * Every method rejects with a {@link RuntailError}: `store_unavailable` where trying again can help, `closed` after {@link Store.close}.
 */
export interface Store {
  /** Made with the store; another one after a wipe or a restore. */
  readonly epoch: string

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

  /** Neighbouring logs, as stored text. @throws RuntailError `not_found` */
  read(executionId: string, range: BlockRange): Promise<StoredBlock>

  get(executionId: string): Promise<Execution | undefined>

  list(query: ExecutionQuery): Promise<ExecutionList>

  /** What changed after a revision; each execution at most once, in its newest state. */
  changes(afterRevision: number, limit: number): Promise<ExecutionChanges>

  /** The newest revision. */
  revision(): Promise<number>

  close(): Promise<void>
}
