// A program's calls enter, lines leave; nothing here throws for its own sake or waits, whatever is passed. Invariant 8.

import { newId } from './new-id.ts'
import { messageText, toLine, type LogLine } from './log-line.ts'
import { errorText, toName } from './text.ts'
import type { LogFields, Reporter, StepHandle, StepOptions } from './types.ts'

/** Where lines go, for one execution. */
export interface Sink {
  readonly executionId: string
  add(line: LogLine): void
  /** Whether there is room for more. */
  readonly isReady: boolean
  /** Resolves when there is. */
  ready(): Promise<void>
  /** What went wrong on our side. */
  failed(error: unknown): void
}

/** What all lines of a reporter have in common. */
export interface Frame {
  readonly step_name: string
  readonly step_type: string
  readonly step_id?: string
  readonly parent_step_id?: string
  readonly attempt?: number
}

/** Names of steps whose failures are counted, so that the next start is the next attempt. */
const MAX_COUNTED_STEPS = 1000

/** Reports lines and steps within one frame: a whole execution, or a step in it. */
export class LineReporter implements Reporter {
  readonly #sink: Sink
  readonly #frame: Frame
  readonly #failures = new Map<string, number>()

  constructor(sink: Sink, frame: Frame) {
    this.#sink = sink
    this.#frame = frame
  }

  get executionId(): string {
    return this.#sink.executionId
  }

  ready(): Promise<void> {
    return this.#sink.ready()
  }

  log(message: string, fields?: LogFields): void {
    this.write({ message }, fields)
  }

  debug(message: string, fields?: LogFields): void {
    this.write({ message, level: 'debug' }, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.write({ message, level: 'info' }, fields)
  }

  warning(message: string, fields?: LogFields): void {
    this.write({ message, level: 'warning' }, fields)
  }

  error(problem: unknown, fields?: LogFields): void {
    this.write({ ...problemFields(problem), level: 'error' }, fields)
  }

  step<Result>(name: string, work: (step: StepHandle) => Result | Promise<Result>): Promise<Result>
  step<Result>(
    name: string,
    options: StepOptions,
    work: (step: StepHandle) => Result | Promise<Result>,
  ): Promise<Result>
  async step<Result>(
    name: string,
    second: StepOptions | ((step: StepHandle) => Result | Promise<Result>),
    third?: (step: StepHandle) => Result | Promise<Result>,
  ): Promise<Result> {
    // Without a need to wait, the work begins at once.
    if (!this.#sink.isReady) await this.#sink.ready()
    const [options, work] = typeof second === 'function' ? [{}, second] : [second ?? {}, third]
    const frame = this.#frameOf(name, options)
    const step = new StepReporter(this.#sink, frame)
    const startedMs = performance.now()
    step.write({ event: 'step.started', message: `${frame.step_name} started`, input_data: options.input })
    try {
      // A caller without types may have passed no function; calling it throws at the caller, like an error of its work.
      const result = await (work as (step: StepHandle) => Result | Promise<Result>)(step)
      step.write({
        event: 'step.completed',
        message: `${frame.step_name} completed`,
        duration_ms: elapsed(startedMs),
        output_data: result,
      })
      this.#failures.delete(frame.step_name)
      return result
    } catch (thrown) {
      step.write({
        event: 'step.failed',
        level: 'error',
        message: `${frame.step_name} failed`,
        duration_ms: elapsed(startedMs),
        error_message: errorText(thrown),
      })
      this.#countFailure(frame.step_name)
      throw thrown
    }
  }

  /** Makes a line and gives it to the sink: what is said here, else what the caller gave, else the frame. */
  protected write(said: LogFields, given: LogFields = {}): void {
    const { executionId } = this.#sink
    try {
      const fields = { ...given, ...said }
      const { step_name = this.#frame.step_name, step_type = this.#frame.step_type } = fields
      this.#sink.add(toLine({ ...this.#frame, ...fields, step_name, step_type, execution_id: executionId }))
    } catch (thrown) {
      this.#sink.failed(thrown)
    }
  }

  #countFailure(name: string): void {
    const count = (this.#failures.get(name) ?? 0) + 1
    if (count > 1 || this.#failures.size < MAX_COUNTED_STEPS) this.#failures.set(name, count)
  }

  #frameOf(name: string, options: StepOptions): Frame & { readonly step_id: string } {
    const step_name = toName(name, 'step')
    const attempt = options.attempt ?? (this.#failures.get(step_name) ?? 0) + 1
    return {
      step_name,
      step_type: toName(options.type, 'step'),
      step_id: newId(),
      ...(this.#frame.step_id === undefined ? {} : { parent_step_id: this.#frame.step_id }),
      ...(attempt > 1 ? { attempt } : {}),
    }
  }
}

/** A running step. */
class StepReporter extends LineReporter implements StepHandle {
  readonly stepId: string

  constructor(sink: Sink, frame: Frame & { readonly step_id: string }) {
    super(sink, frame)
    this.stepId = frame.step_id
  }
}

/** What was thrown, as the fields of a log; a text is a message. */
export function problemFields(problem: unknown): LogFields {
  if (typeof problem === 'string') return { message: problem }
  const text = problem instanceof Error ? errorText(problem) : messageText(problem)
  return { message: text.split('\n', 1)[0] ?? '', error_message: text }
}

/** Milliseconds with microseconds. */
function elapsed(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 1000) / 1000
}
