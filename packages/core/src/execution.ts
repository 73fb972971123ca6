// Logs of one execution enter in order, its state leaves: an execution is the fold of its logs, so any past state can be had from a prefix.

import type { ExecutionLog, LogEvent, LogLevel, NewExecutionLog } from './log.ts'

/** Statuses in the order in which an execution can pass through them. */
export const EXECUTION_STATUSES = ['pending', 'running', 'completed', 'failed', 'canceled'] as const

/** Where an execution stands. */
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number]

/** One run of a workflow, as its logs tell it. */
export interface Execution {
  readonly id: string
  readonly workflow_id: string
  readonly name?: string
  readonly tags: readonly string[]
  readonly status: ExecutionStatus
  /** 0 to 100, or null while nothing has been reported. */
  readonly progress: number | null
  /** ISO 8601, UTC. */
  readonly created_at: string
  readonly started_at?: string
  readonly completed_at?: string
  readonly error_message?: string
  /** The highest seq of the execution; 0 before the first log. */
  readonly head_seq: number
  readonly log_counts: Readonly<Record<LogLevel, number>>
}

/** What a producer says when it makes an execution. Making the same id twice is the same execution. */
export interface NewExecution {
  /** @default a UUID v7 made by the server */
  readonly id?: string
  readonly workflow_id: string
  readonly name?: string
  readonly tags?: readonly string[]
  /** ISO 8601, UTC. @default the server's clock */
  readonly created_at?: string
}

const TERMINAL: ReadonlySet<ExecutionStatus> = new Set(['completed', 'failed', 'canceled'])

/** Whether nothing more can change the status. */
export function isTerminal(status: ExecutionStatus): boolean {
  return TERMINAL.has(status)
}

/** An execution before its first log. */
export function emptyExecution(
  created: NewExecution & { readonly id: string; readonly created_at: string },
): Execution {
  return {
    id: created.id,
    workflow_id: created.workflow_id,
    ...(created.name === undefined ? {} : { name: created.name }),
    tags: created.tags ?? [],
    status: 'pending',
    progress: null,
    created_at: created.created_at,
    head_seq: 0,
    log_counts: { debug: 0, info: 0, warning: 0, error: 0 },
  }
}

/**
 * The state after one more log. Pure. A log at or below `head_seq` changes nothing, so folding a log twice is harmless;
 * a terminal status is final, later logs only count.
 */
export function fold(execution: Execution, log: ExecutionLog): Execution {
  return foldAll(execution, [log])
}

/** The state after logs in order: what folding them one by one gives, at the price of one new state for all. */
export function foldAll(execution: Execution, logs: readonly ExecutionLog[]): Execution {
  let { head_seq } = execution
  const later: ExecutionLog[] = []
  for (const log of logs) {
    if (log.seq <= head_seq) continue
    head_seq = log.seq
    later.push(log)
  }
  return later.length === 0 ? execution : { ...foldNext(execution, later), head_seq }
}

/** The same for logs whose places are the next ones, as in a store that writes them: the execution itself where there are none. */
export function foldNext(execution: Execution, logs: readonly NewExecutionLog[]): Execution {
  if (logs.length === 0) return execution
  const log_counts = { ...execution.log_counts }
  let state = execution
  for (const log of logs) {
    log_counts[log.level] += 1
    // A plain line changes the status of what has not begun only.
    const isTelling = log.event !== undefined || state.status === 'pending'
    if (isTelling && !isTerminal(state.status)) state = withStatus(state, log)
  }
  return { ...state, head_seq: execution.head_seq + logs.length, log_counts }
}

function withStatus(execution: Execution, log: NewExecutionLog): Execution {
  return { ...execution, ...statusChange(execution, log) }
}

/** Whoever reports anything is running: a producer that sends plain lines only must not stay `pending`. */
function statusChange(execution: Execution, log: NewExecutionLog): Partial<Execution> {
  const started = execution.status === 'pending' ? { status: 'running' as const, started_at: log.timestamp } : undefined
  const ended = log.event && ENDINGS[log.event]
  // Stores keep the field in a column, which takes well-formed text only; so it is the same wherever it was folded.
  const reason = (log.error_message ?? log.message)?.toWellFormed()
  if (ended) {
    return {
      ...started,
      status: ended,
      completed_at: log.timestamp,
      ...(ended === 'completed' ? { progress: 100 } : {}),
      ...(ended === 'failed' && reason !== undefined ? { error_message: reason } : {}),
    }
  }
  if (log.event === 'execution.progress' && log.progress !== undefined) {
    return { ...started, progress: log.progress }
  }
  return { ...started }
}

const ENDINGS: { readonly [E in LogEvent]?: ExecutionStatus } = {
  'execution.completed': 'completed',
  'execution.failed': 'failed',
  'execution.canceled': 'canceled',
}
