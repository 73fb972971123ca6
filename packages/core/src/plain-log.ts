// A value that JSON.parse gave enters, whether it is surely a valid log leaves, in a tenth of the schema's time; what this refuses the schema decides, with its messages.

import { isShallow } from './json.ts'
import { LOG_EVENTS, LOG_LEVELS, type NewExecutionLog } from './log.ts'
import { LIMITS } from './protocol.ts'

/** Ids stand in URLs and paths: no slash, no space, and a letter or digit first. */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/

/** Valid times down to nanoseconds, but none of a 29th of February, whose years are for the schema to count. */
const TIME_PATTERN =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/

const LEVELS: ReadonlySet<unknown> = new Set(LOG_LEVELS)
const EVENTS: ReadonlySet<unknown> = new Set(LOG_EVENTS)

const isId = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= LIMITS.idLength && ID_PATTERN.test(value)
const isName = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= LIMITS.nameLength && value.isWellFormed()
const isMessage = (value: unknown): boolean => typeof value === 'string' && value.length <= LIMITS.messageLength
const isJson = (value: unknown): boolean => value !== undefined && isShallow(value, LIMITS.jsonDepth)

/** What each field must be; the field's absence is not asked about here. */
const CHECKS: { readonly [Field in keyof Required<NewExecutionLog>]: (value: unknown) => boolean } = {
  id: isId,
  execution_id: isId,
  timestamp: (value) => typeof value === 'string' && TIME_PATTERN.test(value),
  level: (value) => LEVELS.has(value),
  step_name: isName,
  step_type: isName,
  message: isMessage,
  input_data: isJson,
  output_data: isJson,
  duration_ms: (value) => typeof value === 'number' && value >= 0 && value !== Infinity,
  error_message: isMessage,
  step_id: isId,
  parent_step_id: isId,
  attempt: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  event: (value) => EVENTS.has(value),
  progress: (value) => typeof value === 'number' && value >= 0 && value <= 100,
}
const CHECKED: ReadonlyMap<string, (value: unknown) => boolean> = new Map(Object.entries(CHECKS))

/** Whether a value of `JSON.parse` is a log that `newExecutionLogSchema` takes as it is; false may be wrong, true never is. */
export function isPlainLog(value: unknown): value is NewExecutionLog {
  if (typeof value !== 'object' || value === null) return false
  const log = value as Record<string, unknown>
  for (const field in log) if (!CHECKED.get(field)?.(log[field])) return false
  return (
    log['id'] !== undefined &&
    log['execution_id'] !== undefined &&
    log['timestamp'] !== undefined &&
    log['level'] !== undefined &&
    log['step_name'] !== undefined &&
    log['step_type'] !== undefined &&
    (log['event'] !== 'execution.progress' || log['progress'] !== undefined)
  )
}
