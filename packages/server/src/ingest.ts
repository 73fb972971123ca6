// Validated logs of many producers enter, one transaction for all that came together leaves, then acks and hints; invariants 2 and 7.

import type { AppendResult, Execution, NewExecution, NewExecutionLog } from '@runtail/core'
import type { Bus } from './bus/bus.ts'
import type { Clock } from './clock.ts'
import type { Store } from './store/store.ts'

/** What {@link Ingest} is made from. */
export interface IngestOptions {
  readonly store: Store
  readonly bus: Bus
  /** @default the machine's clock */
  readonly clock?: Clock
  /** Makes ids of executions that come without one. @default UUID v7 */
  readonly newId?: () => string
  /** Logs of one transaction; a longer call still goes in one piece. @default 1000 */
  readonly maxLogsPerTransaction?: number
  /** Bytes of logs that may wait for the store; beyond them calls are refused as `overloaded`. @default 67108864 */
  readonly maxWaitingBytes?: number
}

/** Groups appends into transactions and acknowledges them after the commit. */
export class Ingest {
  constructor(options: IngestOptions) {
    void options
  }

  /** Makes an execution, or gives the one that has this id already. */
  create(execution: NewExecution): Promise<Execution> {
    throw new Error(`not yet ${execution.workflow_id}`)
  }

  /**
   * Stores logs of one execution; resolves when they are durable. Calls for an execution keep their order.
   * @throws RuntailError `invalid_input`, `not_found`, `overloaded`, `store_unavailable`, `closed`
   */
  append(executionId: string, logs: readonly NewExecutionLog[]): Promise<AppendResult> {
    throw new Error(`not yet ${executionId} ${logs.length}`)
  }

  /** Stores what waits, then refuses everything. */
  close(): Promise<void> {
    throw new Error('not yet')
  }
}
