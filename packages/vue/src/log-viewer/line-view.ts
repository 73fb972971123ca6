// What stands in a row enters, what is painted of it leaves: bounded in size whatever the log holds, colours as runs, nothing as HTML.

import type { ExecutionLog, LogBuffer, LogEvent, LogLevel, SeqRange } from '@runtail/core'
import { formatBytes, formatCount, formatCounted, formatDuration } from '../format.ts'
import { ansiRuns, withoutAnsi, type AnsiRun } from './ansi.ts'
import { markedRuns } from './marked-runs.ts'
import type { RowTarget } from './row-map.ts'
import { rowTime, type TimeStyle } from './row-time.ts'

/** How much of a message is shown before somebody asks for all of it, in UTF-16 units. */
export const CLIP_LENGTH = 8192

/** A log as a row. */
export interface LineView {
  readonly kind: 'line'
  readonly seq: number
  readonly time: string
  readonly level: LogLevel
  readonly step: string
  readonly runs: readonly AnsiRun[]
  /** The error beside the message. */
  readonly error: readonly AnsiRun[]
  readonly duration: string
  /** What the row does not show, as the label of the button that does; empty where it shows all. */
  readonly more: string
}

/** A line that is not loaded yet, as a row. */
export interface BlankView {
  readonly kind: 'blank'
  readonly seq: number
}

/** A range of lines as a row. */
export interface GapView {
  readonly kind: 'gap'
  /** The first of them. */
  readonly seq: number
  readonly gap: SeqRange
  readonly text: string
  /** Whether they can be had. */
  readonly isLoadable: boolean
}

export type RowView = LineView | BlankView | GapView

/** How rows look; views made with another one are stale. */
export interface RowLook {
  readonly time: TimeStyle
  /** Unix milliseconds that relative times count from. */
  readonly originMs: number
  readonly highlight?: RegExp | undefined
  /** Whether all of a message is shown, line by line. */
  readonly isWrapped: boolean
}

/** What is painted in a row, but for its place. */
export function viewOf(logs: LogBuffer, target: RowTarget, look: RowLook): RowView {
  if (target.kind === 'gap') return { ...target, seq: target.gap.from, text: gapText(target.gap, target.isLoadable) }
  const { seq } = target
  const line = spokenAt(logs, seq)
  if (!line) return { kind: 'blank', seq }
  const runsOf = (text: string): readonly AnsiRun[] =>
    markedRuns(ansiRuns(look.isWrapped ? allLines(text) : firstLine(text)), look.highlight)
  return {
    kind: 'line',
    seq,
    time: rowTime(logs.timeAt(seq), look.time, look.originMs),
    level: line.level,
    step: line.step,
    runs: runsOf(line.message),
    error: runsOf(line.error),
    duration: line.duration,
    more: moreLabel(line, look.isWrapped),
  }
}

/** What is copied of a row: all of what its log says, also where the row has room for one line of it only; without colours. */
export function textOfRow(logs: LogBuffer, target: RowTarget): string {
  const log = target.kind === 'log' ? logs.get(target.seq) : undefined
  if (!log)
    return target.kind === 'gap'
      ? gapText(target.gap, target.isLoadable)
      : gapText({ from: target.seq, to: target.seq }, true)
  const { message, error } = textsOf(log)
  return withoutAnsi([message, error].filter(Boolean).map(allLines).join(' '))
}

/** The text cut to what is shown at first; never through the middle of a character. */
export function clip(text: string): string {
  if (text.length <= CLIP_LENGTH) return text
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(CLIP_LENGTH - 1))
  // Joined and cut again: a mere part of a string keeps all of it in memory.
  return ` ${text.slice(0, splitsPair ? CLIP_LENGTH - 1 : CLIP_LENGTH)}`.slice(1)
}

/** What of a log its row can show, cut to size. */
interface Spoken {
  readonly level: LogLevel
  readonly step: string
  readonly message: string
  readonly error: string
  readonly duration: string
  /** Of the message or the error, before they were cut. */
  readonly longest: number
  readonly hasData: boolean
}

/** What it costs to decode a line of megabytes is paid once, not whenever its row comes into view. */
const heavy = new WeakMap<LogBuffer, Map<number, Spoken>>()
const MAX_HEAVY = 200

function spokenAt(logs: LogBuffer, seq: number): Spoken | undefined {
  const known = heavy.get(logs)?.get(seq)
  if (known) return known
  const log = logs.get(seq)
  if (!log) return undefined
  const { message, error } = textsOf(log)
  const line: Spoken = {
    level: log.level,
    step: log.step_name,
    message: clip(message),
    error: clip(error),
    duration: log.duration_ms === undefined ? '' : formatDuration(log.duration_ms),
    longest: Math.max(message.length, error.length),
    hasData: log.input_data !== undefined || log.output_data !== undefined,
  }
  if (line.hasData || line.longest > CLIP_LENGTH) {
    const lines = heavy.get(logs) ?? new Map<number, Spoken>()
    heavy.set(logs, lines.set(seq, line))
    if (lines.size > MAX_HEAVY) lines.delete(lines.keys().next().value ?? seq)
  }
  return line
}

function textsOf(log: ExecutionLog): { message: string; error: string } {
  const message = log.message ?? (log.error_message === undefined ? eventText(log) : '')
  const error = log.error_message === undefined || log.error_message === message ? '' : log.error_message
  return { message, error }
}

/** A row that is not wrapped is one line high; leading empty lines say nothing. */
function firstLine(text: string): string {
  return /[^\r\n]+/.exec(text)?.[0] ?? ''
}

function allLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '')
}

function moreLabel({ message, error, longest, hasData }: Spoken, isWrapped: boolean): string {
  if (longest > CLIP_LENGTH) return `show all (${formatBytes(longest)})`
  const hiddenLines = isWrapped ? 0 : hiddenLinesOf(message) + hiddenLinesOf(error)
  if (hiddenLines > 0) return `+${formatCounted(hiddenLines, 'line')}`
  return hasData ? 'data' : ''
}

function hiddenLinesOf(text: string): number {
  return text.trim().split(/\r\n|[\r\n]/).length - 1
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

function gapText({ from, to }: SeqRange, isLoadable: boolean): string {
  const range = from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`
  const lines = formatCounted(to - from + 1, 'line')
  return isLoadable ? `${lines} not loaded (${range})` : `${lines} missing (${range}): no longer kept by the server`
}
