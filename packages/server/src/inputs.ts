// The inputs of the tRPC procedures, as schemas of the types in core, and ids in paths; nothing reaches the inside that did not pass here.

import {
  EXECUTION_STATUSES,
  LIMITS,
  parseCursor,
  RuntailError,
  type AppendInput,
  type ExecutionInput,
  type FollowInput,
  type ListInput,
  type NewExecution,
  type ReadInput,
  type WatchInput,
} from '@runtail/core'
import { idSchema, isPlainLog, newExecutionLogSchema, newExecutionSchema } from '@runtail/core/schema'
import { z } from 'zod'

/** What goes in is what comes out. */
type Schema<Input> = z.ZodType<Input, Input>

const positionSchema = z.int().min(0)

/** Longer than any cursor of ours. */
const MAX_CURSOR_LENGTH = 256

const cursorSchema = z
  .string()
  .max(MAX_CURSOR_LENGTH)
  .refine((text) => parseCursor(text) !== undefined, 'must be a cursor such as an update or a page gave')

export const executionInput: Schema<ExecutionInput> = z.strictObject({ execution_id: idSchema })

export const createInput: Schema<NewExecution> = newExecutionSchema

export const listInput: Schema<ListInput | undefined> = z
  .strictObject({
    status: z.enum(EXECUTION_STATUSES).exactOptional(),
    workflow_id: z.string().min(1).max(LIMITS.nameLength).exactOptional(),
    before: positionSchema.exactOptional(),
    limit: z.int().min(1).max(LIMITS.executionsPerPage).exactOptional(),
  })
  .optional()

export const watchInput: Schema<WatchInput> = z.strictObject({
  after: cursorSchema.exactOptional(),
  lastEventId: cursorSchema.exactOptional(),
})

/** That the logs are of this execution, which the door is asked about, is for ingest to see to. */
const appendSchema: Schema<AppendInput> = z.strictObject({
  execution_id: idSchema,
  logs: z.array(newExecutionLogSchema).min(1).max(LIMITS.logsPerAppend).readonly(),
})

/** The schema, without its cost for calls that are plainly what it asks for: it took as long as storing the logs. */
export function appendInput(value: unknown): AppendInput {
  return isPlainAppend(value) ? value : appendSchema.parse(value)
}

function isPlainAppend(value: unknown): value is AppendInput {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  const { execution_id: id, logs } = value as { execution_id?: unknown; logs?: unknown }
  if (!Array.isArray(logs) || logs.length === 0 || logs.length > LIMITS.logsPerAppend) return false
  return logs.every((log) => isPlainLog(log) && log.execution_id === id)
}

export const readInput: Schema<ReadInput> = z.strictObject({
  execution_id: idSchema,
  after: positionSchema.exactOptional(),
  before: positionSchema.exactOptional(),
  limit: z.int().min(1).max(LIMITS.logsPerPage).exactOptional(),
})

export const followInput: Schema<FollowInput> = z.strictObject({
  execution_id: idSchema,
  after: z.union([cursorSchema, positionSchema]).exactOptional(),
  last: positionSchema.exactOptional(),
  lastEventId: cursorSchema.exactOptional(),
})

/** The id of an execution, of a segment of a URL's path. @throws RuntailError `invalid_input` */
export function idInPath(segment: string): string {
  try {
    return idSchema.parse(decodeURIComponent(segment))
  } catch (cause) {
    throw new RuntailError('invalid_input', { message: 'This is no id of an execution.', cause })
  }
}
