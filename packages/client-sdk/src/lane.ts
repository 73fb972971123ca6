// What is known of one execution on its way to the server: the record that the producer moves from phase to phase, one batch at a time.

import { LIMITS } from '@runtail/core'
import type { ContinuedExecution, ReportedExecution } from './outbox.ts'

/** An execution with somebody who reports it. */
export interface Lane {
  execution: ReportedExecution
  phase: 'idle' | 'gathering' | 'ready' | 'creating' | 'sending' | 'backing_off' | 'refused'
  created: boolean
  /** Failures in a row. */
  attempt: number
  /** Logs of the next batch: halved when one is refused, to find the log that the server does not take. */
  maxLogs: number
  /** The position of its newest line. */
  newest: number
  cancelTimer: () => void
}

/** A lane at its beginning. What is continued was made by somebody else. */
export function newLane(execution: ReportedExecution): Lane {
  return {
    execution,
    phase: 'idle',
    created: isContinued(execution),
    attempt: 0,
    maxLogs: LIMITS.logsPerAppend,
    newest: 0,
    cancelTimer: () => {},
  }
}

/** Whether nothing is known of an execution but its id: then it cannot be made here. */
export function isContinued(execution: ReportedExecution): execution is ContinuedExecution {
  return execution.workflow_id === undefined
}
