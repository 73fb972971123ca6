// A program's report of one execution enters, its lines go to the producer; it ends once, and disposing an execution that has not ended cancels it.

import { RuntailError } from '@runtail/core'
import type { Lane, Producer } from './producer.ts'
import { LineReporter, problemFields } from './reporter.ts'
import type { ExecutionHandle, LogFields } from './types.ts'
import { delivered, inTime } from './waiting.ts'

/** What {@link RunningExecution} is made from. */
export interface RunningExecutionOptions {
  readonly producer: Producer
  readonly lane: Lane
  readonly onError: (error: RuntailError) => void
}

/** Milliseconds that the end of an `await using` block waits for the server at most. */
const DISPOSE_TIMEOUT_MS = 5000

/** An execution, on the side of who runs it. */
export class RunningExecution extends LineReporter implements ExecutionHandle {
  readonly #producer: Producer
  readonly #lane: Lane
  #phase: 'running' | 'ended' = 'running'

  constructor({ producer, lane, onError }: RunningExecutionOptions) {
    const { id, workflow_id } = lane.execution
    const sink = {
      executionId: id,
      add: producer.add.bind(producer, lane),
      get isReady() {
        return producer.isReady
      },
      ready: () => producer.ready(),
      failed: (cause: unknown) =>
        onError(
          new RuntailError('internal', {
            message: 'A log could not be written. Please report it with its cause.',
            cause,
          }),
        ),
    }
    super(sink, { step_name: workflow_id, step_type: 'workflow' })
    this.#producer = producer
    this.#lane = lane
  }

  get id(): string {
    return this.executionId
  }

  /** The first line. */
  begin(input: unknown): void {
    this.write({
      event: 'execution.started',
      message: `${this.#lane.execution.workflow_id} started`,
      input_data: input,
    })
  }

  progress(percent: number, message?: string): void {
    this.write({ event: 'execution.progress', progress: percent, ...(message === undefined ? {} : { message }) })
  }

  complete(output?: unknown): Promise<void> {
    this.#end({ event: 'execution.completed', message: 'completed', output_data: output })
    return this.#producer.settled(this.#lane)
  }

  fail(problem: unknown): Promise<void> {
    this.#end({ event: 'execution.failed', level: 'error', ...problemFields(problem) })
    return this.#producer.settled(this.#lane)
  }

  cancel(reason?: string): Promise<void> {
    this.#end({ event: 'execution.canceled', level: 'warning', message: reason ?? 'canceled' })
    return this.#producer.settled(this.#lane)
  }

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(this.#lane, signal), options.timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end({
      event: 'execution.canceled',
      level: 'warning',
      message: 'The program left this execution without completing or failing it.',
    })
    // The end of a block must not hang because a server is away; what is left goes on in the background.
    await inTime((signal) => this.#producer.settled(this.#lane, signal), DISPOSE_TIMEOUT_MS)
  }

  /** The first end counts. */
  #end(fields: LogFields): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.write(fields)
  }
}
