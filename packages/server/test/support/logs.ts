// What tests send: logs and executions with as little in them as the schema allows.

import type { ExecutionLog, NewExecution, NewExecutionLog } from '@runtail/core'
import type { LogBlock } from '../../src/block.ts'

/** A valid log; `fields` replace or add. */
export function log(executionId: string, id: string, fields: Partial<NewExecutionLog> = {}): NewExecutionLog {
  return {
    id,
    execution_id: executionId,
    timestamp: '2026-01-31T12:00:00.000Z',
    level: 'info',
    step_name: 'download',
    step_type: 'http',
    ...fields,
  }
}

/** Logs with ids `prefix-from` to `prefix-to`. */
export function logs(executionId: string, from: number, to: number, prefix = executionId): NewExecutionLog[] {
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => log(executionId, `${prefix}-${from + index}`))
}

/** What a store's `create` takes. */
export function created(id: string, fields: Partial<NewExecution> = {}) {
  return { workflow_id: 'nightly-import', created_at: '2026-01-31T11:59:59.000Z', ...fields, id }
}

/** The logs of a block, parsed. */
export function parsed(block: LogBlock): ExecutionLog[] {
  return block.lines.map((line) => JSON.parse(line) as ExecutionLog)
}

/** 1, 2, … up to and including `to`, or from `from`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => from + index)
}
