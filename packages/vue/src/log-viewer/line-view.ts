// A row's log or gap enters, what is painted of it leaves: bounded in size whatever the log holds, colours as runs, nothing as HTML.

import type { ExecutionLog, LogBuffer, LogEvent, LogLevel, SeqRange } from '@runtail/core'
import { formatBytes, formatCount, formatCounted, formatDuration, formatTimeOfDay } from '../format.ts'
import { ansiRuns, type AnsiRun } from './ansi.ts'
import type { RowTarget } from './row-map.ts'

/** How much of a message is shown before somebody asks for all of it, in UTF-16 units. */
export const CLIP_LENGTH = 8192

/** A log as a row. */
export interface LineView {
  readonly kind: 'line'
  readonly row: number
  readonly seq: number
  readonly time: string
  readonly level: LogLevel
  readonly step: string
  readonly runs: readonly AnsiRun[]
  /** The error beside the message. */
  readonly error: string
  readonly duration: string
  /** What the row does not show, as the label of the button that does; empty where it shows all. */
  readonly more: string
}

/** A gap as a row. */
export interface GapView {
  readonly kind: 'gap'
  readonly row: number
  readonly gap: SeqRange
  readonly text: string
}

export type RowView = LineView | GapView

/** What is painted in `row`. */
export function viewOfRow(logs: LogBuffer, row: number, target: RowTarget): RowView {
  const log = target.kind === 'log' ? logs.get(target.seq) : undefined
  if (log) return lineView(log, row)
  const gap = gapOf(target)
  return { kind: 'gap', row, gap, text: gapText(gap) }
}

/** What is copied of a row: the line that it shows, without its colours, however long. */
export function textOfRow(logs: LogBuffer, target: RowTarget): string {
  const log = target.kind === 'log' ? logs.get(target.seq) : undefined
  if (!log) return gapText(gapOf(target))
  const { message, error } = textsOf(log)
  return ansiRuns(firstLine(message || error))
    .map((run) => run.text)
    .join('')
}

function gapOf(target: RowTarget): SeqRange {
  return target.kind === 'gap' ? target.gap : { from: target.seq, to: target.seq }
}

function textsOf(log: ExecutionLog): { message: string; error: string } {
  const message = log.message ?? (log.error_message === undefined ? eventText(log) : '')
  const error = log.error_message === undefined || log.error_message === message ? '' : log.error_message
  return { message, error }
}

function lineView(log: ExecutionLog, row: number): LineView {
  const { message, error } = textsOf(log)
  return {
    kind: 'line',
    row,
    seq: log.seq,
    time: formatTimeOfDay(Date.parse(log.timestamp)),
    level: log.level,
    step: log.step_name,
    runs: ansiRuns(firstLine(clip(message))),
    error: firstLine(clip(error)),
    duration: log.duration_ms === undefined ? '' : formatDuration(log.duration_ms),
    more: moreLabel(log, [message, error]),
  }
}

/** The text cut to what is shown at first; never through the middle of a character. */
export function clip(text: string): string {
  if (text.length <= CLIP_LENGTH) return text
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(CLIP_LENGTH - 1))
  return text.slice(0, splitsPair ? CLIP_LENGTH - 1 : CLIP_LENGTH)
}

/** A row is one line high; leading empty lines say nothing. */
function firstLine(text: string): string {
  return /[^\r\n]+/.exec(text)?.[0] ?? ''
}

function moreLabel(log: ExecutionLog, texts: readonly string[]): string {
  const longest = Math.max(...texts.map((text) => text.length))
  if (longest > CLIP_LENGTH) return `show all (${formatBytes(longest)})`
  const hiddenLines = texts.reduce((sum, text) => sum + Math.max(0, lineCount(text) - 1), 0)
  if (hiddenLines > 0) return `+${formatCounted(hiddenLines, 'line')}`
  return log.input_data === undefined && log.output_data === undefined ? '' : 'data'
}

function lineCount(text: string): number {
  return text.trim().split(/\r\n|[\r\n]/).length
}

const EVENT_TEXTS: { readonly [E in LogEvent]: string } = {
  'execution.started': 'execution started',
  'execution.progress': 'progress',
  'execution.completed': 'execution completed',
  'execution.failed': 'execution failed',
  'execution.canceled': 'execution canceled',
  'step.started': 'started',
  'step.completed': 'completed',
  'step.failed': 'failed',
}

function eventText(log: ExecutionLog): string {
  if (!log.event) return ''
  const percent = log.progress === undefined ? '' : ` ${Math.round(log.progress)} %`
  return `${EVENT_TEXTS[log.event]}${percent}`
}

function gapText(gap: SeqRange): string {
  const count = gap.to - gap.from + 1
  const range = count === 1 ? formatCount(gap.from) : `${formatCount(gap.from)}–${formatCount(gap.to)}`
  return `${formatCounted(count, 'line')} missing (${range})`
}
