// A database enters, the statements that the driver runs leave, each compiled once.

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { ExecutionQuery } from './store.ts'
import { EXECUTION_COLUMNS, INSERT_EXECUTION, UPDATE_COUNTS, UPDATE_STATE } from './sqlite-rows.ts'

/** Every statement of the driver. */
export type Statements = ReturnType<typeof prepareStatements>

/** Gives rows as arrays, in the order of the columns. */
export interface ArrayStatement {
  all(...values: SQLInputValue[]): SQLOutputValue[][]
  get(...values: SQLInputValue[]): SQLOutputValue[] | undefined
}

/** The ordinal of the execution whose id is the first value. */
const EXECUTION = '(SELECT ordinal FROM executions WHERE id = ?1)'

/**
 * The logs of the execution ?1 after the seq ?2, `count` of each run: from the span and the run on that hold the next one. With CROSS JOIN they are gone
 * through in this order in any database, which is the order of seqs. One bound on each side: of two SQLite takes one, and may go through all logs that
 * others have written since.
 */
const logsAfter = (count: string): string => `
  FROM spans
  CROSS JOIN runs ON runs.chunk = spans.chunk AND runs.execution = spans.execution
  CROSS JOIN log_rows ON log_rows.ordinal >= runs.first_log + max(0, ?2 + 1 - runs.first_seq)
    AND log_rows.ordinal < runs.first_log + ${count}
  WHERE spans.execution = ${EXECUTION}
    AND spans.first_seq >= coalesce(
      (SELECT max(first_seq) FROM spans WHERE execution = ${EXECUTION} AND first_seq <= ?2 + 1), 0)
    AND runs.first_seq >= coalesce(
      (SELECT max(first_seq) FROM runs
       WHERE chunk = spans.chunk AND execution = spans.execution AND first_seq <= ?2 + 1), 0)`

/** The logs of the execution ?1 after the seq ?2. */
export const LOGS_AFTER = logsAfter('runs.count')

/** Those of them below the seq ?3. */
const LOGS_BETWEEN = `${logsAfter('min(runs.count, ?3 - runs.first_seq)')} AND spans.first_seq < ?3 AND runs.first_seq < ?3`

/** Of {@link LOGS_AFTER}. */
export const IN_ORDER = 'ORDER BY spans.first_seq, runs.first_seq, log_rows.ordinal'

/** Compiles them; the tables must exist. */
export function prepareStatements(database: DatabaseSync) {
  const list = (where: string) =>
    rows(
      database,
      `SELECT ${EXECUTION_COLUMNS} FROM executions
       WHERE ordinal < ?1 ${where} ORDER BY ordinal DESC LIMIT ?2`,
    )
  return {
    insertExecution: database.prepare(INSERT_EXECUTION),
    updateCounts: database.prepare(UPDATE_COUNTS),
    updateState: database.prepare(UPDATE_STATE),
    execution: rows(database, `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE id = ?`),
    /** With the chunk of its last logs and the seq of the last of them in the last columns: null before the first. */
    executionToAppend: rows(
      database,
      `SELECT ${EXECUTION_COLUMNS},
         (SELECT chunk FROM spans WHERE execution = executions.ordinal ORDER BY first_seq DESC LIMIT 1),
         (SELECT runs.first_seq + runs.count - 1
          FROM spans CROSS JOIN runs ON runs.chunk = spans.chunk AND runs.execution = spans.execution
          WHERE spans.execution = executions.ordinal ORDER BY spans.first_seq DESC, runs.first_seq DESC LIMIT 1)
       FROM executions WHERE id = ?`,
    ),
    head: rows(database, 'SELECT head_seq FROM executions WHERE id = ?'),
    changed: rows(database, `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE revision > ? ORDER BY revision LIMIT ?`),
    /** Another than before where another connection has written since. */
    dataVersion: rows(database, 'PRAGMA data_version'),
    lastLog: rows(database, `SELECT value FROM meta WHERE key = 'last_log'`),
    setLastLog: database.prepare(`UPDATE meta SET value = ? WHERE key = 'last_log'`),
    /** Changes nothing where the execution has a log with this id. */
    insertLog: database.prepare(`
      INSERT INTO log_rows (ordinal, execution, seq, id, log, checksum) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id, execution) DO NOTHING`),
    insertRun: database.prepare(
      'INSERT INTO runs (chunk, execution, first_seq, first_log, count) VALUES (?, ?, ?, ?, ?)',
    ),
    insertSpan: database.prepare('INSERT INTO spans (execution, first_seq, chunk) VALUES (?, ?, ?)'),
    firstBetween: rows(
      database,
      `SELECT seq, log, checksum ${LOGS_BETWEEN} AND octet_length(log) <= ?4 ${IN_ORDER} LIMIT ?5`,
    ),
    lastBetween: rows(
      database,
      `SELECT seq, log, checksum ${LOGS_BETWEEN} AND octet_length(log) <= ?4
       ORDER BY spans.first_seq DESC, runs.first_seq DESC, log_rows.ordinal DESC LIMIT ?5`,
    ),
    sizesBetween: rows(database, `SELECT count(*), sum(octet_length(log)) ${LOGS_BETWEEN}`),
    /** They come in order; told so, SQLite would take a fifth longer, and whoever takes them sees whether they are. */
    textsBetween: rows(
      database,
      `SELECT CAST(group_concat(log, ',') AS BLOB), json_group_array(octet_length(log)), json_group_array(checksum)
       ${LOGS_BETWEEN} AND octet_length(log) <= ?4`,
    ),
    revision: rows(database, `SELECT value FROM meta WHERE key = 'revision'`),
    nextRevision: rows(database, `UPDATE meta SET value = value + ? WHERE key = 'revision' RETURNING value`),
    lists: {
      all: list(''),
      status: list('AND status = ?3'),
      workflow: list('AND workflow_id = ?3'),
      both: list('AND status = ?3 AND workflow_id = ?4'),
    },
  }
}

/** Which of the four lists answers a query, one statement each, so that each can use its index; and the values that it takes. */
export function listFor(
  { lists }: Statements,
  query: ExecutionQuery,
): { statement: ArrayStatement; values: SQLInputValue[] } {
  const { status, workflow_id: workflowId } = query
  // One more than asked for says whether there is another page.
  const values = [query.before ?? Number.MAX_SAFE_INTEGER, query.limit + 1]
  if (status !== undefined && workflowId !== undefined) {
    return { statement: lists.both, values: [...values, status, workflowId] }
  }
  if (status !== undefined) return { statement: lists.status, values: [...values, status] }
  if (workflowId !== undefined) return { statement: lists.workflow, values: [...values, workflowId] }
  return { statement: lists.all, values }
}

/** Compiles a statement that gives arrays, which the types of Node do not know. */
function rows(database: DatabaseSync, sql: string): ArrayStatement {
  const statement: StatementSync = database.prepare(sql)
  statement.setReturnArrays(true)
  return statement as unknown as ArrayStatement
}
