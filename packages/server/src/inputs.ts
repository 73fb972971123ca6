// The inputs of the tRPC procedures, as schemas with their types; nothing reaches the inside that did not pass here.

import {
  EXECUTION_STATUSES,
  LIMITS,
  parseCursor,
  type ExecutionStatus,
  type NewExecution,
  type NewExecutionLog,
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

/** Names an execution. */
export interface ExecutionInput {
  readonly execution_id: string
}

export const executionInput: Schema<ExecutionInput> = z.strictObject({ execution_id: idSchema })

export const createInput: Schema<NewExecution> = newExecutionSchema

/** Which executions to list. */
export interface ListInput {
  readonly status?: ExecutionStatus
  readonly workflow_id?: string
  /** The `next` of the page before. */
  readonly before?: number
  /** @default 100, which is also the most */
  readonly limit?: number
}

export const listInput: Schema<ListInput | undefined> = z
  .strictObject({
    status: z.enum(EXECUTION_STATUSES).exactOptional(),
    workflow_id: z.string().min(1).max(LIMITS.nameLength).exactOptional(),
    before: positionSchema.exactOptional(),
    limit: z.int().min(1).max(LIMITS.executionsPerPage).exactOptional(),
  })
  .optional()

/** Where to go on with changes of executions. */
export interface WatchInput {
  /** The cursor of a page or of a frame. @default the newest state: only what changes from now on */
  readonly after?: string
  /** Sent by tRPC itself when it subscribes again: the id of the last frame. */
  readonly lastEventId?: string
}

export const watchInput: Schema<WatchInput> = z.strictObject({
  after: cursorSchema.exactOptional(),
  lastEventId: cursorSchema.exactOptional(),
})

/** Logs of one execution. */
export interface AppendInput extends ExecutionInput {
  readonly logs: readonly NewExecutionLog[]
}

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

/** Which logs to read. */
export interface ReadInput extends ExecutionInput {
  /** Only logs with a greater seq, lowest first. */
  readonly after?: number
  /** Only logs with a smaller seq: the last ones of them. */
  readonly before?: number
  /** @default 1000, which is also the most */
  readonly limit?: number
}

export const readInput: Schema<ReadInput> = z.strictObject({
  execution_id: idSchema,
  after: positionSchema.exactOptional(),
  before: positionSchema.exactOptional(),
  limit: z.int().min(1).max(LIMITS.logsPerPage).exactOptional(),
})

/** Which execution to follow, and from where. */
export interface FollowInput extends ExecutionInput {
  /** A cursor (`epoch:seq`), or a seq of the store's present epoch. @default the first log, or the tail that `last` names */
  readonly after?: string | number
  /** Begin with this many of the last logs; 0 for what comes from now on. Without meaning where there is a cursor. */
  readonly last?: number
  /** Sent by tRPC itself when it subscribes again: the id of the last frame. Goes before `after`. */
  readonly lastEventId?: string
}

export const followInput: Schema<FollowInput> = z.strictObject({
  execution_id: idSchema,
  after: z.union([cursorSchema, positionSchema]).exactOptional(),
  last: positionSchema.exactOptional(),
  lastEventId: cursorSchema.exactOptional(),
})
