// Untrusted values enter, logs and executions of the right shape leave, or an error that names the field; the only file that knows zod.

import { z } from 'zod'
import { EXECUTION_STATUSES } from './execution.ts'
import { isShallow, type JsonValue } from './json.ts'
import { LOG_EVENTS, LOG_LEVELS } from './log.ts'
import { ID_PATTERN } from './plain-log.ts'
import { LIMITS } from './protocol.ts'

export { isPlainLog } from './plain-log.ts'

export const idSchema = z
  .string()
  .max(LIMITS.idLength)
  .regex(ID_PATTERN, 'must be letters, digits or . _ : @ - and begin with a letter or digit')

/** Names become columns of a database, which holds only well-formed Unicode. */
const nameSchema = z
  .string()
  .max(LIMITS.nameLength)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode (no lone surrogates)')

/** Some parts of a second have many digits, and executions keep times in every list of them. */
const TIMESTAMP_LENGTH = 64
const timestampSchema = z.iso
  .datetime({ error: 'must be ISO 8601 in UTC, such as 2026-01-31T12:00:00.000Z' })
  .max(TIMESTAMP_LENGTH)
const messageSchema = z.string().max(LIMITS.messageLength)
const seqSchema = z.int().min(1)

/** Any JSON up to a depth that no recursive reader stumbles over. */
const jsonSchema = z.custom<JsonValue>(
  (value) => value !== undefined && isShallow(value, LIMITS.jsonDepth),
  `must be JSON nested at most ${LIMITS.jsonDepth} levels deep`,
)

const newLogShape = {
  id: idSchema,
  execution_id: idSchema,
  timestamp: timestampSchema,
  level: z.enum(LOG_LEVELS),
  step_name: nameSchema,
  step_type: nameSchema,
  message: messageSchema.exactOptional(),
  input_data: jsonSchema.exactOptional(),
  output_data: jsonSchema.exactOptional(),
  duration_ms: z.number().min(0).exactOptional(),
  error_message: messageSchema.exactOptional(),
  step_id: idSchema.exactOptional(),
  parent_step_id: idSchema.exactOptional(),
  attempt: z.int().min(1).exactOptional(),
  event: z.enum(LOG_EVENTS).exactOptional(),
  progress: z.number().min(0).max(100).exactOptional(),
}

/** A progress event without its value would be a status that lies. */
const hasItsProgress = (log: { event?: string; progress?: number }): boolean =>
  log.event !== 'execution.progress' || log.progress !== undefined
const progressMissing = { path: ['progress'], error: 'must come with event execution.progress' }

/** A log as it is sent. Unknown fields are an error, not dropped in silence: own data belongs in `input_data` or `output_data`. */
export const newExecutionLogSchema = z.strictObject(newLogShape).refine(hasItsProgress, progressMissing)

/** A log as it is stored and delivered. */
export const executionLogSchema = z
  .strictObject({ ...newLogShape, seq: seqSchema })
  .refine(hasItsProgress, progressMissing)

/** What a producer says when it makes an execution. */
export const newExecutionSchema = z.strictObject({
  id: idSchema.exactOptional(),
  workflow_id: nameSchema.min(1),
  name: nameSchema.exactOptional(),
  tags: z.array(nameSchema).max(LIMITS.tags).exactOptional(),
  created_at: timestampSchema.exactOptional(),
})

const countSchema = z.int().min(0)

/** An execution as the server gives it. */
export const executionSchema = z.strictObject({
  id: idSchema,
  workflow_id: nameSchema,
  name: nameSchema.exactOptional(),
  tags: z.array(nameSchema),
  status: z.enum(EXECUTION_STATUSES),
  progress: z.number().min(0).max(100).nullable(),
  created_at: timestampSchema,
  started_at: timestampSchema.exactOptional(),
  completed_at: timestampSchema.exactOptional(),
  error_message: messageSchema.exactOptional(),
  head_seq: countSchema,
  log_counts: z.strictObject({
    debug: countSchema,
    info: countSchema,
    warning: countSchema,
    error: countSchema,
  }),
})

/** JSON Schema of a stored log, for validators and generators in other languages. */
export const executionLogJsonSchema = jsonSchemaOf(executionLogSchema, 'ExecutionLog')

/** JSON Schema of an execution. */
export const executionJsonSchema = jsonSchemaOf(executionSchema, 'Execution')

function jsonSchemaOf(schema: z.ZodType, title: string): z.core.JSONSchema.BaseSchema {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), title }
}
