// Rows of the executions table enter, executions leave, and back: the one place that knows its columns.

import type { Execution } from '@runtail/core'
import type { SQLOutputValue } from 'node:sqlite'

/** The values of {@link EXECUTION_COLUMNS}, which as an array cost a quarter of what an object does. */
export type Row = readonly SQLOutputValue[]

/** Written once. */
const CREATED_COLUMNS = ['id', 'workflow_id', 'name', 'tags', 'created_at'] as const

/** What some logs change: two of them are in an index or long, so the others do not write them. */
const STATE_COLUMNS = ['status', 'progress', 'started_at', 'completed_at', 'error_message'] as const

/** What every log changes. */
const COUNT_COLUMNS = ['head_seq', 'debug_count', 'info_count', 'warning_count', 'error_count', 'revision'] as const

const WRITTEN_COLUMNS = [...CREATED_COLUMNS, ...STATE_COLUMNS, ...COUNT_COLUMNS]

/** In the order in which {@link executionOf} takes them; `ordinal` is the first. */
export const EXECUTION_COLUMNS = ['ordinal', ...WRITTEN_COLUMNS].map((column) => `executions.${column}`).join(', ')

/** Makes an execution unless its id is taken; takes {@link createdValues}. */
export const INSERT_EXECUTION = `
  INSERT INTO executions (${WRITTEN_COLUMNS.join(', ')}) VALUES (${WRITTEN_COLUMNS.map(() => '?').join(', ')})`

/** Takes {@link countValues}, then the ordinal. */
export const UPDATE_COUNTS = updateOf(COUNT_COLUMNS)

/** Takes {@link stateValues}, then the ordinal. */
export const UPDATE_STATE = updateOf(STATE_COLUMNS)

type Values = (string | number | null)[]

/** Of the columns that are written once, then of all others. */
export function createdValues(execution: Execution, revision: number): Values {
  const { id, workflow_id: workflowId, name = null, tags, created_at: createdAt } = execution
  const written = [id, workflowId, name, JSON.stringify(tags), createdAt]
  return [...written, ...stateValues(execution), ...countValues(execution, revision)]
}

/** Of the columns that some logs change. */
export function stateValues(execution: Execution): Values {
  const { status, progress, started_at: started, completed_at: completed, error_message: error } = execution
  return [status, progress, started ?? null, completed ?? null, error ?? null]
}

/** Of the columns that every log changes. */
export function countValues(execution: Execution, revision: number): Values {
  const { debug, info, warning, error } = execution.log_counts
  return [execution.head_seq, debug, info, warning, error, revision]
}

/** The execution of a row. */
export function executionOf(row: Row): Execution {
  const [, id, workflowId, name, tags, created, status, progress, started, completed, message] = row
  const [head, debug, info, warning, error] = row.slice(1 + CREATED_COLUMNS.length + STATE_COLUMNS.length)
  return {
    id: String(id),
    workflow_id: String(workflowId),
    ...optional('name', name),
    tags: JSON.parse(String(tags)) as string[],
    status: status as Execution['status'],
    progress: progress === null ? null : Number(progress),
    created_at: String(created),
    ...optional('started_at', started),
    ...optional('completed_at', completed),
    ...optional('error_message', message),
    head_seq: Number(head),
    log_counts: { debug: Number(debug), info: Number(info), warning: Number(warning), error: Number(error) },
  }
}

/** Its place in the order in which executions were made. */
export function ordinalOf(row: Row): number {
  return Number(row[0])
}

/** Of its last change. */
export function revisionOf(row: Row): number {
  return Number(row[WRITTEN_COLUMNS.length])
}

function updateOf(columns: readonly string[]): string {
  return `UPDATE executions SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE ordinal = ?`
}

/** An absent field is absent, not undefined: executions of every driver are deeply equal. */
function optional<Field extends string>(field: Field, value: SQLOutputValue | undefined): { [F in Field]?: string } {
  return value === null || value === undefined ? {} : ({ [field]: String(value) } as { [F in Field]?: string })
}
