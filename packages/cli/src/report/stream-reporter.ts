// Bytes of one output stream enter, logs of its lines leave to the execution; the parts of a long line say which part they are.

import type { LogFields, Reporter } from '@runtail/client-sdk'
import { linesOf, LineSplitter, MAX_LINE_LENGTH, type Line } from '../lines/line-splitter.ts'
import type { ParsedLine } from '../lines/parse-line.ts'

/** What every line of a stream has, unless it says otherwise itself. */
export type StreamFields = Required<Pick<LogFields, 'level' | 'step_name' | 'step_type'>>

/** Options of {@link StreamReporter}. */
export interface StreamReporterOptions {
  readonly execution: Pick<Reporter, 'log'>
  readonly fields: StreamFields
  /** Reads whole lines. @default every line is a message */
  readonly parse?: (text: string) => ParsedLine
  /** UTF-16 units of a line that `parse` can be given. @default MAX_LINE_LENGTH */
  readonly maxLength?: number
}

/** Reports one stream. */
export class StreamReporter {
  readonly #options: StreamReporterOptions
  readonly #splitter: LineSplitter
  /** The part of a long line that comes next; 1 at a line's beginning. */
  #part = 1

  constructor(options: StreamReporterOptions) {
    this.#options = options
    this.#splitter = new LineSplitter({ maxLength: options.maxLength ?? MAX_LINE_LENGTH })
  }

  push(chunk: Uint8Array): void {
    for (const line of this.#splitter.push(chunk)) this.#report(line)
  }

  end(): void {
    for (const line of this.#splitter.end()) this.#report(line)
  }

  #report(line: Line): void {
    const whole = this.#part === 1 && !line.continues
    const { message, ...parsed } = (whole && this.#options.parse?.(line.text)) || { message: line.text }
    if (message === undefined || message.length <= MAX_LINE_LENGTH || Object.keys(parsed).length > 0) {
      this.#log(message ?? '', { continues: line.continues }, parsed)
      return
    }
    for (const part of linesOf(message, MAX_LINE_LENGTH)) {
      this.#log(part.text, { continues: part.continues || line.continues })
    }
  }

  #log(message: string, { continues }: { readonly continues: boolean }, parsed: ParsedLine = {}): void {
    const part = this.#part
    this.#part = continues ? part + 1 : 1
    const position = part === 1 && !continues ? {} : { output_data: { part, continues } }
    this.#options.execution.log(message, { ...this.#options.fields, ...position, ...parsed })
  }
}
