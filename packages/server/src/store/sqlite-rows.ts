// Rows of the executions table enter, executions leave, and back: the one place that knows its columns.

import type { Execution } from '@runtail/core'
import type { SQLOutputValue } from 'node:sqlite'

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, SQLOutputValue>

/** Columns that the logs change; the others are written once. */
const FOLDED_COLUMNS = [
  'status',
  'progress',
  'started_at',
  'completed_at',
  'error_message',
  'head_seq',
  'debug_count',
  'info_count',
  'warning_count',
  'error_count',
  'revision',
] as const

const CREATED_COLUMNS = ['id', 'workflow_id', 'name', 'tags', 'created_at'] as const

const ALL_COLUMNS = [...CREATED_COLUMNS, ...FOLDED_COLUMNS]

/** Makes an execution unless its id is taken. */
export const INSERT_EXECUTION = `
  INSERT INTO executions (${ALL_COLUMNS.join(', ')}) VALUES (${ALL_COLUMNS.map((column) => `:${column}`).join(', ')})`

/** Writes what a fold changed. */
export const UPDATE_EXECUTION = `
  UPDATE executions SET ${FOLDED_COLUMNS.map((column) => `${column} = :${column}`).join(', ')} WHERE id = :id`

/** The values that {@link UPDATE_EXECUTION} binds. */
export function foldedValues(execution: Execution, revision: number) {
  const { log_counts: counts } = execution
  return {
    id: execution.id,
    status: execution.status,
    progress: execution.progress,
    started_at: execution.started_at ?? null,
    completed_at: execution.completed_at ?? null,
    error_message: execution.error_message ?? null,
    head_seq: execution.head_seq,
    debug_count: counts.debug,
    info_count: counts.info,
    warning_count: counts.warning,
    error_count: counts.error,
    revision,
  }
}

/** The values that {@link INSERT_EXECUTION} binds. */
export function createdValues(execution: Execution, revision: number) {
  return {
    ...foldedValues(execution, revision),
    workflow_id: execution.workflow_id,
    name: execution.name ?? null,
    tags: JSON.stringify(execution.tags),
    created_at: execution.created_at,
  }
}

/** The execution of a row. */
export function executionOf(row: Row): Execution {
  return {
    id: String(row['id']),
    workflow_id: String(row['workflow_id']),
    ...optional('name', row['name']),
    tags: JSON.parse(String(row['tags'])) as string[],
    status: row['status'] as Execution['status'],
    progress: row['progress'] === null ? null : Number(row['progress']),
    created_at: String(row['created_at']),
    ...optional('started_at', row['started_at']),
    ...optional('completed_at', row['completed_at']),
    ...optional('error_message', row['error_message']),
    head_seq: Number(row['head_seq']),
    log_counts: {
      debug: Number(row['debug_count']),
      info: Number(row['info_count']),
      warning: Number(row['warning_count']),
      error: Number(row['error_count']),
    },
  }
}

/** An absent field is absent, not undefined: executions of every driver are deeply equal. */
function optional<Field extends string>(field: Field, value: SQLOutputValue | undefined): { [F in Field]?: string } {
  return value === null || value === undefined ? {} : ({ [field]: String(value) } as { [F in Field]?: string })
}
