// A program's calls enter, lines leave; nothing here throws for its own sake or waits, whatever is passed. Invariant 8.

import { RuntailError } from '@runtail/core'
import { toLine, type LogLine, type Loss } from './log-line.ts'
import { newId } from './new-id.ts'
import type { Redactor } from './redact.ts'
import { triesAgain } from './retry.ts'
import { toName } from './text.ts'
import { describe } from './to-json.ts'
import type { AckFields, LogFields, Reporter, StepHandle, StepOptions } from './types.ts'

/** Where lines go, for one execution. */
export interface Sink {
  readonly executionId: string
  /** What lines of the execution itself have in common. */
  readonly root: Frame
  readonly redactor: Redactor | undefined
  add(line: LogLine): void
  /** Whether there is room for more. */
  readonly isReady: boolean
  /** Resolves when there is. */
  ready(): Promise<void>
  /** Runs work in which this reporter is the innermost. */
  readonly within: <Result>(reporter: Reporter, work: () => Result) => Result
  /** What went wrong on our side. */
  readonly failed: (error: unknown) => void
}

/** What all lines of a reporter have in common. */
export interface Frame {
  readonly step_name: string
  readonly step_type: string
  readonly step_id?: string
  readonly parent_step_id?: string
  readonly attempt?: number
}

/** The frame of one run of a step. */
type StepFrame = Frame & { readonly step_id: string }

/** What runs as a step. */
export type Work<Result> = (step: StepHandle) => Result | Promise<Result>

/** What `step` takes after the name. */
export type StepArguments<Result> = [work: Work<Result>] | [options: StepOptions, work: Work<Result>]

/** Names of steps whose failures are counted, so that the next start is the next attempt. */
const MAX_COUNTED_STEPS = 1000

/** Whoever does not ask for an acknowledgement gets nothing, whatever the one signature for both says. */
const NOTHING = undefined as unknown as Promise<void>

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

  run<Result>(work: () => Result): Result {
    return this.#sink.within(this, work)
  }

  log(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#report({ message }, fields)
  }

  debug(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#report({ message, level: 'debug' }, fields)
  }

  info(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#report({ message, level: 'info' }, fields)
  }

  warning(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#report({ message, level: 'warning' }, fields)
  }

  error(problem: unknown, fields?: LogFields | AckFields): Promise<void> {
    return this.#report({ ...this.problemFields(problem), level: 'error' }, fields)
  }

  progress(percent: number, message?: string): void {
    const root = new LineReporter(this.#sink, this.#sink.root)
    root.say({ event: 'execution.progress', progress: percent, ...(message === undefined ? {} : { message }) })
  }

  async step<Result>(name: string, ...rest: StepArguments<Result>): Promise<Result> {
    const [options, work] = typeof rest[0] === 'function' ? [{}, rest[0]] : [rest[0] ?? {}, rest[1]]
    const { retry, input } = options
    const step_name = toName(name, 'step')
    const first = options.attempt ?? (this.#failures.get(step_name) ?? 0) + 1
    // Without a need to wait, the work begins at once.
    if (!this.#sink.isReady) await this.#sink.ready()
    for (let tried = 1; ; tried += 1) {
      const attempt = first + tried - 1
      const step = new StepReporter(this.#sink, this.#frameOf(step_name, options, attempt), attempt)
      try {
        // A caller without types may have passed no function; calling it throws at the caller, like an error of its work.
        return await this.#attempt(step, { step_name, input }, work as Work<Result>)
      } catch (thrown) {
        const onError = (problem: unknown): void => this.#sink.failed(problem)
        if (!(await triesAgain({ tried, retry, onError }))) throw thrown
      }
    }
  }

  /** Says something of its own accord, for which nobody waits. */
  protected say(said: LogFields): void {
    this.#write(said)
  }

  /** What was thrown, as the fields of a log; a text is a message. */
  protected problemFields(problem: unknown): LogFields {
    if (typeof problem === 'string') return { message: problem }
    const text = describe(problem, this.#sink.redactor)
    return { message: text.split('\n', 1)[0] ?? '', error_message: text }
  }

  #report(said: LogFields, given?: LogFields | AckFields): Promise<void> {
    if (isAwaited(given)) return stored((settle) => this.#write(said, given, settle))
    this.#write(said, given)
    return NOTHING
  }

  /** Makes a line and gives it to the sink: what is said here, else what the caller gave, else the frame. */
  #write(said: LogFields, given: LogFields | AckFields = {}, settle?: LogLine['settle']): void {
    const { executionId, redactor } = this.#sink
    const frame = this.#frame
    try {
      const { step_name = frame.step_name, step_type = frame.step_type } = given
      const fields = { ...frame, ...given, ...said, step_name, step_type, execution_id: executionId }
      const line = toLine(fields, redactor)
      this.#sink.add(settle ? { ...line, settle } : line)
    } catch (thrown) {
      this.#sink.failed(thrown)
      settle?.({ code: 'internal', reason: 'it could not be written' })
    }
  }

  async #attempt<Result>(
    step: StepReporter,
    { step_name, input }: { readonly step_name: string; readonly input: unknown },
    work: Work<Result>,
  ): Promise<Result> {
    const startedMs = performance.now()
    step.say({ event: 'step.started', message: `${step_name} started`, input_data: input })
    try {
      const result = await step.run(() => work(step))
      const duration_ms = elapsed(startedMs)
      step.say({ event: 'step.completed', message: `${step_name} completed`, duration_ms, output_data: result })
      this.#failures.delete(step_name)
      return result
    } catch (thrown) {
      const duration_ms = elapsed(startedMs)
      const error_message = describe(thrown, this.#sink.redactor)
      step.say({ event: 'step.failed', level: 'error', message: `${step_name} failed`, duration_ms, error_message })
      this.#countFailure(step_name)
      throw thrown
    }
  }

  #countFailure(name: string): void {
    const count = (this.#failures.get(name) ?? 0) + 1
    if (count > 1 || this.#failures.size < MAX_COUNTED_STEPS) this.#failures.set(name, count)
  }

  #frameOf(step_name: string, { type, retry }: StepOptions, attempt: number): StepFrame {
    const { step_id: parent_step_id = this.#frame.parent_step_id } = this.#frame
    return {
      step_name,
      step_type: toName(type, 'step'),
      step_id: newId(),
      ...(parent_step_id === undefined ? {} : { parent_step_id }),
      // Who reads a first and only attempt learns nothing.
      ...(attempt > 1 || retry ? { attempt } : {}),
    }
  }
}

/** A running step: one attempt of it. */
class StepReporter extends LineReporter implements StepHandle {
  readonly stepId: string
  readonly attempt: number

  constructor(sink: Sink, frame: StepFrame, attempt: number) {
    super(sink, frame)
    this.stepId = frame.step_id
    this.attempt = attempt
  }
}

/** What cannot be read asks for nothing. */
function isAwaited(fields: LogFields | AckFields | undefined): boolean {
  try {
    return fields?.ack === true
  } catch {
    return false
  }
}

/** Resolves when the line is stored. Whoever does not await it need not catch what it rejects with. */
function stored(report: (settle: (lost?: Loss) => void) => void): Promise<void> {
  const promise = new Promise<void>((resolve, reject) => {
    report((lost) => (lost ? reject(errorOf(lost)) : resolve()))
  })
  promise.catch(() => {})
  return promise
}

function errorOf({ code, reason }: Loss): RuntailError {
  return new RuntailError(code, { message: `This line will not be stored: ${reason}.` })
}

/** Milliseconds with microseconds. */
function elapsed(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 1000) / 1000
}
