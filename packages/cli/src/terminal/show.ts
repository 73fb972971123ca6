// Logs and executions enter, what `tail` and `ls` print of them leaves; clock and time zone come from outside.

import type { Execution, ExecutionLog, LogLevel } from '@runtail/core'
import { safeText } from './safe-text.ts'

/** How to print. */
export interface ShowOptions {
  readonly colors: boolean
}

const LEVEL_COLORS: Readonly<Record<LogLevel, string>> = { debug: '90', info: '36', warning: '33', error: '31' }
const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  warning: 'WARN ',
  error: 'ERROR',
}
const DIM = '2'
const INDENT = '             '

/** One log as one line; further lines of its message and its error stand indented below. Ends with a line break. */
export function showLog(log: ExecutionLog, options: ShowOptions): string {
  const paint = painter(options)
  const [first = '', ...more] = messageOf(log).split('\n')
  const attempt = log.attempt !== undefined && log.attempt > 1 ? ` #${log.attempt}` : ''
  const duration = log.duration_ms === undefined ? '' : paint(DIM, ` (${showDuration(log.duration_ms)})`)
  const head = [
    paint(DIM, showTime(log.timestamp)),
    paint(LEVEL_COLORS[log.level], LEVEL_NAMES[log.level]),
    paint(DIM, safeText(log.step_name, { colors: false }) + attempt),
    safeText(first, options) + duration,
  ].join(' ')
  const below = more.map((line) => INDENT + safeText(line, options))
  const error = (log.error_message === log.message ? '' : (log.error_message ?? ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => INDENT + paint(LEVEL_COLORS.error, safeText(line, { colors: false })))
  return `${[head, ...below, ...error].join('\n')}\n`
}

/** What a log says; one without words says its event. */
function messageOf(log: ExecutionLog): string {
  if (log.message !== undefined && log.message !== '') return log.message
  if (log.event === 'execution.progress') return `${log.progress} %`
  return log.event ?? ''
}

const COLUMNS = ['ID', 'STATUS', 'WORKFLOW', 'STARTED', 'DURATION', 'LOGS', 'ERRORS'] as const
const STATUS_COLORS: Readonly<Record<Execution['status'], string>> = {
  pending: '90',
  running: '36',
  completed: '32',
  failed: '31',
  canceled: '33',
}

/** Executions as a table, in the order in which they came. `nowMs` gives running ones a duration. */
export function showExecutions(
  executions: readonly Execution[],
  options: ShowOptions & { readonly nowMs: number },
): string {
  const rows = executions.map((execution) => [
    execution.id,
    execution.status,
    safeText(execution.workflow_id, { colors: false }),
    execution.started_at === undefined ? '-' : showDateTime(execution.started_at),
    durationOf(execution, options.nowMs),
    String(execution.head_seq),
    String(execution.log_counts.error),
  ])
  const widths = COLUMNS.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cells: readonly string[]): string[] => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))
  const paint = painter(options)
  const head = paint(DIM, pad(COLUMNS).join('  ').trimEnd())
  const body = executions.map((execution, row) => {
    const cells = pad(rows[row] ?? [])
    return cells
      .with(1, paint(STATUS_COLORS[execution.status], cells[1] ?? ''))
      .join('  ')
      .trimEnd()
  })
  return [head, ...body].map((line) => `${line}\n`).join('')
}

function durationOf(execution: Execution, nowMs: number): string {
  if (execution.started_at === undefined) return '-'
  const endMs = execution.completed_at === undefined ? nowMs : Date.parse(execution.completed_at)
  return showDuration(Math.max(0, endMs - Date.parse(execution.started_at)))
}

/** A duration for people, three digits at most of each unit. */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`
}

/** The time of day, in the local time zone. */
function showTime(timestamp: string): string {
  const at = new Date(timestamp)
  const two = (value: number): string => String(value).padStart(2, '0')
  const seconds = `${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`
  return `${two(at.getHours())}:${two(at.getMinutes())}:${seconds}`
}

function showDateTime(timestamp: string): string {
  const at = new Date(timestamp)
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date} ${showTime(timestamp).slice(0, 8)}`
}

function painter({ colors }: ShowOptions): (color: string, text: string) => string {
  return (color, text) => (colors && text !== '' ? `\u001B[${color}m${text}\u001B[0m` : text)
}
