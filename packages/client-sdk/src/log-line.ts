// What a caller reports enters, however wrong its types; one line of JSON that the server's schema always takes leaves. Never throws. Invariants 7 and 8.

import {
  LIMITS,
  LOG_EVENTS,
  LOG_LEVELS,
  type ErrorCode,
  type LogEvent,
  type LogLevel,
  type NewExecutionLog,
} from '@runtail/core'
import { newId } from './new-id.ts'
import { redacted, type Redactor } from './redact.ts'
import { asText, toName } from './text.ts'
import { describe, toJson } from './to-json.ts'
import type { LogFields } from './types.ts'

/** Fields as they come, beside what the line is about anyway. */
export type RawFields = Omit<LogFields, 'ack'> & {
  readonly execution_id: string
  readonly step_name: string
  readonly step_type: string
}

/** A log on its way out. */
export interface LogLine {
  /** The JSON of a `NewExecutionLog`. */
  readonly json: string
  /** Of the JSON in UTF-8. */
  readonly bytes: number
  /** What tells the execution's status: an overflowing outbox drops other lines first. */
  readonly isMilestone: boolean
  /** For who waits for it: called once, with nothing when it is stored, else with why it never will be. */
  readonly settle?: (lost?: Loss) => void
}

/** Why a line will never be stored. */
export interface Loss {
  readonly code: ErrorCode
  readonly reason: string
}

/** Bytes of the longest line: well below what the server takes as one log, and as one frame. */
export const MAX_LINE_BYTES = 512 * 1024

/** Texts of a line that turned out too long as JSON (each control character takes six bytes there). */
interface Bounds {
  readonly text: number
  readonly data: number
}
const SHORT: Bounds = { text: 16 * 1024, data: 8 * 1024 }
const LONG: Bounds = { text: LIMITS.messageLength, data: 64 * 1024 }

const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

const MILESTONES: ReadonlySet<unknown> = new Set<LogEvent>([
  'execution.started',
  'execution.completed',
  'execution.failed',
  'execution.canceled',
])

const OTHER_LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  log: 'info',
  notice: 'info',
  warn: 'warning',
  critical: 'error',
  fatal: 'error',
}

/** The line, without what the redactor hides. */
export function toLine(fields: RawFields, redactor?: Redactor): LogLine {
  const whole = lineOf(fields, LONG, redactor)
  return whole.bytes <= MAX_LINE_BYTES ? whole : lineOf(fields, SHORT, redactor)
}

/** An id as the server takes it: itself where it is one, else as near to it as can be. */
export function toId(value: unknown): string {
  const text = asText(value)
  if (ID.test(text)) return text
  const plain = text.replaceAll(/[^A-Za-z0-9._:@-]/g, '_')
  return (/^[A-Za-z0-9]/.test(plain) ? plain : `x${plain}`).slice(0, LIMITS.idLength)
}

function lineOf(fields: RawFields, bounds: Bounds, redactor: Redactor | undefined): LogLine {
  const log = toLog(fields, bounds, redactor)
  const json = JSON.stringify(log)
  return { json, bytes: utf8Length(json), isMilestone: MILESTONES.has(log.event) }
}

function toLog(fields: RawFields, bounds: Bounds, redactor: Redactor | undefined): NewExecutionLog {
  const { message, error_message, input_data, output_data, step_id, parent_step_id } = fields
  const duration = count(fields.duration_ms, 0)
  const attempt = count(fields.attempt, 1)
  const progress = toProgress(fields.progress)
  return {
    // Two ids that were bent into one would be one log: a new id loses nothing.
    id: typeof fields.id === 'string' && ID.test(fields.id) ? fields.id : newId(),
    execution_id: fields.execution_id,
    timestamp: toTimestamp(fields.timestamp),
    level: toLevel(fields.level),
    step_name: toName(fields.step_name, ''),
    step_type: toName(fields.step_type, ''),
    ...(message === undefined ? {} : { message: redacted(describe(message, redactor), bounds.text, redactor) }),
    ...(input_data === undefined
      ? {}
      : { input_data: toJson(input_data, { maxLength: bounds.data, redactor, root: 'input' }) }),
    ...(output_data === undefined
      ? {}
      : { output_data: toJson(output_data, { maxLength: bounds.data, redactor, root: 'output' }) }),
    ...(duration === undefined ? {} : { duration_ms: duration }),
    ...(error_message === undefined
      ? {}
      : { error_message: redacted(describe(error_message, redactor), bounds.text, redactor) }),
    ...(step_id === undefined ? {} : { step_id: toId(step_id) }),
    ...(parent_step_id === undefined ? {} : { parent_step_id: toId(parent_step_id) }),
    ...(attempt === undefined ? {} : { attempt: Math.min(Math.floor(attempt), Number.MAX_SAFE_INTEGER) }),
    ...eventOf(fields.event, progress),
    ...(progress === undefined ? {} : { progress }),
  }
}

function toLevel(value: unknown): LogLevel {
  return LOG_LEVELS.find((level) => level === value) ?? OTHER_LEVELS[asText(value).toLowerCase()] ?? 'info'
}

let nowMs = 0
let nowIso = ''

/** Now; the text is made once a millisecond. */
function now(): string {
  const ms = Date.now()
  if (ms !== nowMs) {
    nowMs = ms
    nowIso = new Date(ms).toISOString()
  }
  return nowIso
}

/** Finer than milliseconds stays so; anything that is no time is now. */
function toTimestamp(value: unknown): string {
  if (value === undefined) return now()
  const isTime = typeof value === 'string' || typeof value === 'number' || isDate(value)
  const date = new Date(isTime ? value : Number.NaN)
  if (Number.isNaN(date.getTime())) return now()
  const iso = date.toISOString()
  if (typeof value === 'string' && UTC_TIME.test(value) && value.slice(0, 19) === iso.slice(0, 19)) return value
  return UTC_TIME.test(iso) ? iso : now()
}

function isDate(value: unknown): value is Date {
  try {
    return value instanceof Date
  } catch {
    // A proxy that lets nobody look.
    return false
  }
}

function count(value: unknown, min: number): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= min ? value : undefined
}

function toProgress(value: unknown): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(100, Math.max(0, value)) : undefined
}

function eventOf(event: unknown, progress: number | undefined): { event?: LogEvent } {
  const known = LOG_EVENTS.find((name) => name === event)
  if (known === undefined || (known === 'execution.progress' && progress === undefined)) return {}
  return { event: known }
}

/** Engines look through a text for this ten times faster than a loop does. */
const NOT_ASCII = /[^ -~]/

/** Bytes of a text in UTF-8, without making them. */
function utf8Length(text: string): number {
  if (!NOT_ASCII.test(text)) return text.length
  let bytes = text.length
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return bytes
}
