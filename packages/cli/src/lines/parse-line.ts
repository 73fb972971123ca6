// A line of a program's output enters, a log's fields leave: JSON of our schema, of pino or of the usual NDJSON kinds keeps what it says, all else is a message.

import { LOG_LEVELS, type JsonValue, type LogLevel, type NewExecutionLog } from '@runtail/core'
import { newExecutionLogSchema } from '@runtail/core/schema'

/** A longer line is a plain one. */
export const MAX_RECORD_BYTES = 256 * 1024

/** What a line says; the reporter adds what is missing. */
export type ParsedLine = Partial<Omit<NewExecutionLog, 'execution_id'>>

/** Reads one line. Whatever does not become a valid log is a plain message, so nothing is lost. Pure. */
export function parseLine(text: string): ParsedLine {
  const record = parseRecord(text)
  return (record && (ours(record) ?? foreign(record))) ?? { message: text }
}

type JsonRecord = Readonly<Record<string, JsonValue>>

function parseRecord(text: string): JsonRecord | undefined {
  if (!/^\s*\{.*\}\s*$/s.test(text)) return undefined
  try {
    return JSON.parse(text) as JsonRecord
  } catch {
    // Not JSON after all: the line stands for itself.
    return undefined
  }
}

/** A line that is a log already, such as `runtail tail --json` prints. It belongs to the execution that is reported now. */
function ours(record: JsonRecord): ParsedLine | undefined {
  const { execution_id: _otherExecution, seq: _otherPosition, ...fields } = record
  const saysSomething = ['message', 'event', 'error_message', 'step_name'].some((field) => Object.hasOwn(fields, field))
  return saysSomething ? validated(fields) : undefined
}

/** The names of winston, zap, logrus, slog, structlog, Python and syslog. */
const LEVEL_NAMES: Readonly<Record<LogLevel, readonly string[]>> = {
  debug: ['trace', 'debug', 'verbose', 'silly'],
  info: ['info', 'information', 'informational', 'notice', 'log', 'http'],
  warning: ['warn', 'warning'],
  error: ['error', 'err', 'fatal', 'critical', 'crit', 'panic', 'dpanic', 'alert', 'emerg', 'emergency'],
}

function readLevel(value: JsonValue): LogLevel | undefined {
  if (typeof value === 'number') return levelOfNumber(value)
  if (typeof value !== 'string') return undefined
  return LOG_LEVELS.find((level) => LEVEL_NAMES[level].includes(value.toLowerCase()))
}

/** pino's and bunyan's numbers, and what lies between. Those below 10 mean different things to different loggers. */
function levelOfNumber(value: number): LogLevel | undefined {
  if (value < 10) return undefined
  if (value < 30) return 'debug'
  if (value < 40) return 'info'
  return value < 50 ? 'warning' : 'error'
}

const MESSAGE_FIELDS = ['msg', 'message']
const TIME_FIELDS = ['time', 'timestamp', 'ts', '@timestamp']
const LEVEL_FIELDS = ['level', 'severity', 'lvl']
const ERROR_FIELDS = ['err', 'error', 'exception']

/** A record of another logger: its level, message, time and error get their places, the other fields become `input_data`. */
function foreign(record: JsonRecord): ParsedLine | undefined {
  const rest: Record<string, JsonValue> = { ...record }
  /** Takes the first of the fields that has a value of the kind. */
  const take = <Value>(fields: readonly string[], read: (value: JsonValue) => Value | undefined): Value | undefined => {
    for (const field of fields) {
      const value = Object.hasOwn(rest, field) ? read(rest[field] ?? null) : undefined
      if (value === undefined) continue
      delete rest[field]
      return value
    }
    return undefined
  }
  const message = take(MESSAGE_FIELDS, (value) => (typeof value === 'string' ? value : undefined))
  const level = take(LEVEL_FIELDS, readLevel)
  // Without one of them it is data that a program prints, not a log record.
  if (message === undefined && level === undefined) return undefined
  const timestamp = take(TIME_FIELDS, readTime)
  const error_message = take(ERROR_FIELDS, readError)
  return validated({
    ...(message === undefined ? {} : { message }),
    ...(level === undefined ? {} : { level }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(error_message === undefined ? {} : { error_message }),
    ...(Object.keys(rest).length === 0 ? {} : { input_data: rest }),
  })
}

/** ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970. */
function readTime(value: JsonValue): string | undefined {
  const date = new Date(typeof value === 'number' ? epochMs(value) : isoMs(value))
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? date.toISOString() : undefined
}

function isoMs(value: JsonValue): number {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(value) ? Date.parse(value) : Number.NaN
}

function epochMs(value: number): number {
  if (value < 1e11) return value * 1000
  if (value < 1e14) return value
  return value < 1e17 ? value / 1000 : value / 1_000_000
}

function readError(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { stack, message } = value as JsonRecord
  if (typeof stack === 'string') return stack
  return typeof message === 'string' ? message : undefined
}

/** What the reporter adds, as stand-ins, so that the one schema decides. */
const REQUIRED = {
  id: 'x',
  execution_id: 'x',
  timestamp: '2000-01-01T00:00:00.000Z',
  level: 'info',
  step_name: '',
  step_type: '',
}

/** The fields themselves, where they are valid and go through the SDK as they are, which cuts what is too large. */
function validated(fields: JsonRecord): ParsedLine | undefined {
  if (Buffer.byteLength(JSON.stringify(fields)) > MAX_RECORD_BYTES) return undefined
  const { input_data, output_data } = fields
  if (![input_data, output_data].every((data) => data === undefined || isSmall(data))) return undefined
  return newExecutionLogSchema.safeParse({ ...REQUIRED, ...fields }).success ? (fields as ParsedLine) : undefined
}

const MAX_DATA_LENGTH = 16 * 1024
const MAX_ENTRIES = 1000
const MAX_KEY_LENGTH = 256

function isSmall(data: JsonValue): boolean {
  let small = JSON.stringify(data).length <= MAX_DATA_LENGTH
  JSON.stringify(data, (key, value: JsonValue) => {
    const entries = typeof value === 'object' && value !== null ? Object.keys(value).length : 0
    small &&= entries <= MAX_ENTRIES && key.length <= MAX_KEY_LENGTH
    return value
  })
  return small
}
