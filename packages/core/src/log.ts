// The record that everything else carries: what a log is, its levels and its events; position is `seq`, identity is `id`.

import type { JsonValue } from './json.ts'

/** Levels from least to most severe; a level's index is its code in the log buffer. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const

/** How severe a log is. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Events a log may carry. Status and progress of an execution are folded from these and from nothing else. */
export const LOG_EVENTS = [
  'execution.started',
  'execution.progress',
  'execution.completed',
  'execution.failed',
  'execution.canceled',
  'step.started',
  'step.completed',
  'step.failed',
] as const

/** What a log says beside its message. */
export type LogEvent = (typeof LOG_EVENTS)[number]

/** A log as a producer sends it: the store has not given it a position yet. */
export interface NewExecutionLog {
  /** Chosen by the producer; the idempotency key: stored once per execution, however often it is sent. */
  readonly id: string
  readonly execution_id: string
  /** ISO 8601, UTC. Shown, never used for order: clocks of producers differ. */
  readonly timestamp: string
  readonly level: LogLevel
  readonly step_name: string
  readonly step_type: string
  /** May hold ANSI colours; never HTML. */
  readonly message?: string
  readonly input_data?: JsonValue
  readonly output_data?: JsonValue
  /** Milliseconds. */
  readonly duration_ms?: number
  readonly error_message?: string
  /** Which run of the step: distinct for each start of a step with the same name. */
  readonly step_id?: string
  readonly parent_step_id?: string
  /** 1 for the first try of the step, 2 for the next, … */
  readonly attempt?: number
  readonly event?: LogEvent
  /** 0 to 100, with `execution.progress`. */
  readonly progress?: number
}

/** A stored log: `seq` is its position in its execution, 1, 2, 3 … without holes. */
export interface ExecutionLog extends NewExecutionLog {
  readonly seq: number
}
