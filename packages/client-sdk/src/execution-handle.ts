// A program's report of one execution enters, its lines go to the producer; it ends once, and disposing one that was started here and has not ended cancels it.

import type { Lane } from './lane.ts'
import type { Producer } from './producer.ts'
import { LineReporter, type Frame, type Sink } from './reporter.ts'
import type { ExecutionHandle, LogFields } from './types.ts'
import { delivered, inTime } from './waiting.ts'

/** What {@link RunningExecution} is made from. */
export interface RunningExecutionOptions extends Pick<Sink, 'redactor' | 'within' | 'failed'> {
  readonly producer: Producer
  readonly lane: Lane
  /** What its lines have in common. */
  readonly root: Frame
}

/** Milliseconds that the end of an `await using` block waits for the server at most. */
const DISPOSE_TIMEOUT_MS = 5000

/** An execution, on the side of who runs it. */
export class RunningExecution extends LineReporter implements ExecutionHandle {
  readonly #producer: Producer
  readonly #lane: Lane
  /** `continued`: its end is the business of who began it, unless it is ended here. */
  #phase: 'continued' | 'running' | 'ended' = 'continued'

  constructor({ producer, lane, root, redactor, within, failed }: RunningExecutionOptions) {
    super(
      {
        executionId: lane.execution.id,
        root,
        redactor,
        within,
        failed,
        add: producer.add.bind(producer, lane),
        get isReady() {
          return producer.isReady
        },
        ready: () => producer.ready(),
      },
      root,
    )
    this.#producer = producer
    this.#lane = lane
  }

  get id(): string {
    return this.executionId
  }

  /** The first line. */
  begin(input: unknown): void {
    this.#phase = 'running'
    this.say({ event: 'execution.started', message: `${this.#lane.execution.workflow_id} started`, input_data: input })
  }

  /** Runs work in it, and ends it as the work ends. */
  async execute<Result>(work: (execution: ExecutionHandle) => Result | Promise<Result>): Promise<Result> {
    try {
      const result = await this.run(() => work(this))
      this.#end(completed(result))
      return result
    } catch (thrown) {
      this.#end(this.#failed(thrown))
      throw thrown
    }
  }

  complete(output?: unknown): Promise<void> {
    return this.#endAndWait(completed(output))
  }

  fail(problem: unknown): Promise<void> {
    return this.#endAndWait(this.#failed(problem))
  }

  cancel(reason?: string): Promise<void> {
    return this.#endAndWait(canceled(reason ?? 'canceled'))
  }

  flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return delivered((signal) => this.#producer.settled(this.#lane, signal), options.timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#phase === 'running') {
      this.#end(canceled('The program left this execution without completing or failing it.'))
    }
    // The end of a block must not hang because a server is away; what is left goes on in the background.
    await inTime((signal) => this.#producer.settled(this.#lane, signal), DISPOSE_TIMEOUT_MS)
  }

  #failed(problem: unknown): LogFields {
    return { event: 'execution.failed', level: 'error', ...this.problemFields(problem) }
  }

  #endAndWait(fields: LogFields): Promise<void> {
    this.#end(fields)
    return this.#producer.settled(this.#lane)
  }

  /** The first end counts. */
  #end(fields: LogFields): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.say(fields)
    this.#producer.ended(this.#lane)
  }
}

function completed(output: unknown): LogFields {
  return { event: 'execution.completed', message: 'completed', output_data: output }
}

function canceled(message: string): LogFields {
  return { event: 'execution.canceled', level: 'warning', message }
}
