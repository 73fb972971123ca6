import { emptyExecution, fold, LogBuffer, RuntailError, type Execution, type ExecutionLog } from '@runtail/core'
import { executionLogSchema } from '@runtail/core/schema'

const log: ExecutionLog = executionLogSchema.parse({})
const state: Execution = fold(
  emptyExecution({ id: 'run-1', workflow_id: 'w', created_at: '2026-01-01T00:00:00Z' }),
  log,
)
export const held: boolean = new LogBuffer().put(log)
export const code: string = new RuntailError('not_found', { message: state.status }).code

// @ts-expect-error a seq is a number: types that had become `any` would take it
new LogBuffer().get('1')
