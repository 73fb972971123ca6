// A database enters, the statements that the driver runs leave, each compiled once.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { ExecutionQuery } from './store.ts'
import { INSERT_EXECUTION, UPDATE_EXECUTION } from './sqlite-rows.ts'

/** Every statement of the driver. */
export type Statements = ReturnType<typeof prepareStatements>

/** Gives rows as arrays, in the order of the columns. */
export interface ArrayStatement {
  all(...values: (string | number)[]): SQLOutputValue[][]
}

/** Compiles them; the tables must exist. */
export function prepareStatements(database: DatabaseSync) {
  const list = (where: string) =>
    database.prepare(`
      SELECT * FROM executions WHERE (:before IS NULL OR ordinal < :before) ${where} ORDER BY ordinal DESC LIMIT :limit`)
  const rows = (sql: string): ArrayStatement => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return statement as unknown as ArrayStatement
  }
  return {
    insertExecution: database.prepare(INSERT_EXECUTION),
    updateExecution: database.prepare(UPDATE_EXECUTION),
    execution: database.prepare('SELECT * FROM executions WHERE id = ?'),
    head: database.prepare('SELECT head_seq FROM executions WHERE id = ?'),
    changed: database.prepare('SELECT * FROM executions WHERE revision > ? ORDER BY revision LIMIT ?'),
    /** Changes nothing where the execution has a log with this id. */
    insertLog: database.prepare(`
      INSERT INTO logs (execution_id, seq, id, log, checksum) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id, execution_id) DO NOTHING`),
    logsAfter: rows(`
      SELECT seq, log, checksum FROM logs
      WHERE execution_id = ? AND seq > ? AND octet_length(log) <= ? ORDER BY seq LIMIT ?`),
    logsBefore: rows(`
      SELECT seq, log, checksum FROM logs
      WHERE execution_id = ? AND seq > ? AND seq < ? AND octet_length(log) <= ? ORDER BY seq DESC LIMIT ?`),
    revision: database.prepare(`SELECT value FROM meta WHERE key = 'revision'`),
    nextRevision: database.prepare(`UPDATE meta SET value = value + ? WHERE key = 'revision' RETURNING value`),
    lists: {
      all: list(''),
      status: list('AND status = :status'),
      workflow: list('AND workflow_id = :workflow_id'),
      both: list('AND status = :status AND workflow_id = :workflow_id'),
    },
  }
}

/** Which of the four lists answers a query: one statement each, so that each can use its index. */
export function listFor(statements: Statements, query: ExecutionQuery) {
  const { lists } = statements
  const { status, workflow_id: workflowId } = query
  if (status !== undefined && workflowId !== undefined) {
    return { statement: lists.both, filter: { status, workflow_id: workflowId } }
  }
  if (status !== undefined) return { statement: lists.status, filter: { status } }
  if (workflowId !== undefined) return { statement: lists.workflow, filter: { workflow_id: workflowId } }
  return { statement: lists.all, filter: {} }
}
