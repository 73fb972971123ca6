// Lines of a buffer enter, a file's parts leave, bit by bit: from the buffer, for the document holds a few dozen of them. Pure.

import type { ExecutionLog, LogBuffer, LogMatches } from '@runtail/core'
import { withoutAnsi } from './ansi.ts'

/** A line per log as it is read, or as JSON with all its fields. */
export type ExportFormat = 'text' | 'ndjson'

/** A part leaves the JS heap when it is this long. */
const PART_LENGTH = 1_000_000

/** Parts of the text of all lines held, or of those that match. */
export class LogExport {
  readonly parts: Blob[] = []
  /** How many lines are in it so far. */
  lines = 0
  readonly #logs: LogBuffer
  readonly #format: ExportFormat
  readonly #matches: LogMatches | undefined
  #next = 0
  #pending = ''

  constructor(logs: LogBuffer, format: ExportFormat, matches?: LogMatches) {
    this.#logs = logs
    this.#format = format
    this.#matches = matches
  }

  /** Takes lines until there are no more (true) or `shouldStop` says so (false). */
  advance(shouldStop: () => boolean): boolean {
    const last = this.#matches?.count ?? this.#logs.last
    while (this.#next < last) {
      this.#next += 1
      const log = this.#logs.get(this.#matches ? (this.#matches.at(this.#next - 1) ?? 0) : this.#next)
      if (log) {
        this.#pending += `${this.#format === 'text' ? textOf(log) : JSON.stringify(log)}\n`
        this.lines += 1
      }
      if (this.#pending.length > PART_LENGTH) this.#flush()
      if (this.#next % 64 === 0 && shouldStop()) return false
    }
    this.#flush()
    return true
  }

  #flush(): void {
    if (this.#pending !== '') this.parts.push(new Blob([this.#pending]))
    this.#pending = ''
  }
}

/** `2026-01-31T12:00:00.000Z error download: what it says`, without colours. */
export function textOf({ timestamp, level, step_name, message, error_message, event }: ExecutionLog): string {
  const said = [message, error_message === message ? undefined : error_message].filter((text) => text)
  const text = said.join(' ') || (event ?? '')
  return `${timestamp} ${level} ${step_name}: ${text.includes('\u001b') ? withoutAnsi(text) : text}`
}
