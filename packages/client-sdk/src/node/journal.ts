// Records of an outbox become text, and text becomes what was waiting when its process died; a torn or damaged record costs itself alone, and is counted. Pure.

import type { LogEvent } from '@runtail/core'
import type { LogLine } from '../log-line.ts'
import type { ReportedExecution } from '../outbox.ts'

/** The first record. */
export interface JournalHeader {
  readonly runtail_outbox: 1
  /** The server that it is for. */
  readonly url: string
  /** What becomes of executions that were not ended. */
  readonly abandoned: 'leave' | 'cancel'
}

/** What waited of one execution. */
export interface LeftExecution {
  readonly execution: ReportedExecution
  /** Whether its end was reported, sent or not. */
  readonly isEnded: boolean
  /** In order: lines, and how many are gone between them. */
  readonly items: readonly (LogLine | { readonly dropped: number })[]
}

/** What a journal says. */
export interface Left {
  readonly header: JournalHeader
  readonly executions: readonly LeftExecution[]
}

/** The texts of records, one line each. Executions have numbers, lines their positions in the outbox. */
export const records = {
  header: (header: Omit<JournalHeader, 'runtail_outbox'>): string =>
    `${JSON.stringify({ runtail_outbox: 1, ...header })}\n`,
  /** @param first the position of its first line in this journal */
  execution: (key: number, execution: ReportedExecution, state: { first: number; isEnded: boolean }): string =>
    `E ${key} ${state.first} ${state.isEnded ? 'ended' : 'open'} ${JSON.stringify(execution)}\n`,
  line: (key: number, position: number, json: string): string => `L ${key} ${position} ${json}\n`,
  /** Lines that are gone; with the line that says so, once that may have been sent. */
  gap: (key: number, position: number, gap: { dropped: number; json?: string | undefined }): string =>
    `G ${key} ${position} ${gap.dropped} ${gap.json ?? ''}\n`,
  /** Everything up to this position is settled. */
  settled: (key: number, position: number): string => `A ${key} ${position}\n`,
  /** Nothing of it will ever be stored. */
  givenUp: (key: number): string => `X ${key}\n`,
} as const

const ENDINGS: ReadonlySet<unknown> = new Set<LogEvent>([
  'execution.completed',
  'execution.failed',
  'execution.canceled',
])

/** Whether a line ends its execution. */
export function isEnding(line: LogLine): boolean {
  return line.isMilestone && ENDINGS.has((JSON.parse(line.json) as { readonly event?: unknown }).event)
}

interface Item {
  readonly position: number
  /** The position after it. */
  readonly next: number
  readonly line: LogLine | undefined
}

interface Replayed {
  readonly execution: ReportedExecution
  isEnded: boolean
  items: Item[]
  next: number
}

/** Reads a journal; undefined where it is none of a version that we know. */
export function readJournal(bytes: Buffer): Left | undefined {
  const lines = linesOf(bytes)
  const header = parse<JournalHeader>(lines.next().value?.text ?? '')
  if (header?.runtail_outbox !== 1) return undefined
  const executions = new Map<string, Replayed>()
  for (const record of lines) replay(executions, record)
  return {
    header,
    executions: [...executions.values()].map(({ execution, isEnded, items }) => ({
      execution,
      isEnded,
      items: items.map(({ line, position, next }) => line ?? { dropped: next - position }),
    })),
  }
}

const RECORD = /^([ELGAX]) (\d+)(?: (\d+))?(?: (\w+))? ?/

function replay(executions: Map<string, Replayed>, { text, bytes }: TextLine): void {
  const [prefix = '', type, key = '', position = '', word = ''] = RECORD.exec(text) ?? []
  const json = text.slice(prefix.length)
  if (type === 'E') {
    const execution = parse<ReportedExecution>(json)
    if (execution) executions.set(key, { execution, isEnded: word === 'ended', items: [], next: Number(position) })
    return
  }
  const of = executions.get(key)
  if (!of) return
  if (type === 'X') executions.delete(key)
  else if (type === 'A') settle(of, Number(position))
  else if (type === 'G') {
    const size = json === '' ? 0 : Buffer.byteLength(json)
    const line = json === '' ? undefined : lineOf(json, size)
    put(of, { position: Number(position), next: Number(position) + Number(word), line })
  } else if (type === 'L') {
    const line = lineOf(json, bytes - prefix.length)
    if (!line) return
    of.isEnded ||= isEnding(line)
    put(of, { position: Number(position), next: Number(position) + 1, line })
  }
}

/** Puts an item in its place: what a gap stands for goes, and what should lie before it and does not is a gap of its own. */
function put(of: Replayed, item: Item): void {
  if (item.position < of.next) {
    const before = of.items.filter(({ position }) => position < item.position)
    of.items = [...before, item, ...of.items.filter(({ position }) => position >= item.next)]
    of.next = Math.max(of.next, item.next)
    return
  }
  if (item.position > of.next) of.items.push({ position: of.next, next: item.position, line: undefined })
  of.items.push(item)
  of.next = item.next
}

/** An outbox that has nothing left of an execution counts from 1 again. */
function settle(of: Replayed, position: number): void {
  let settled = 0
  while ((of.items[settled]?.next ?? Infinity) <= position + 1) settled += 1
  of.items.splice(0, settled)
  if (of.items.length === 0) of.next = 1
}

function lineOf(json: string, bytes: number): LogLine | undefined {
  const log = parse<{ readonly event?: unknown }>(json)
  if (!log) return undefined
  const isMilestone = ENDINGS.has(log.event) || log.event === 'execution.started'
  return { json, bytes, isMilestone }
}

/** Undefined where it was torn or damaged. */
function parse<Value extends object>(json: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Value) : undefined
  } catch {
    return undefined
  }
}

interface TextLine {
  readonly text: string
  /** Of the text in UTF-8. */
  readonly bytes: number
}

/** A journal may be longer than the longest text. What comes after the last line feed was torn. */
function* linesOf(bytes: Buffer): Generator<TextLine, undefined> {
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    yield { text: bytes.toString('utf8', start, end), bytes: end - start }
    start = end + 1
  }
  return undefined
}
