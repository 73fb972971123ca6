// What a workflow of this process says enters, batches for the ingest leave in order; few logs wait, so a workflow that asks `ready` goes at the store's pace.

import { RuntailError, toRuntailError } from '@runtail/core'
import type { AppendResult, Execution, JsonValue, NewExecution, NewExecutionLog } from '@runtail/core'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

/** The part of the ingest that producers inside the server need. */
export interface Sink {
  create(execution: NewExecution): Promise<Execution>
  append(executionId: string, logs: readonly NewExecutionLog[]): Promise<AppendResult>
}

/** What a log may be given beside its message; the rest has defaults. */
export type LogFields = Partial<Omit<NewExecutionLog, 'id' | 'execution_id' | 'timestamp' | 'message'>>

/** Options of {@link Reporter}. */
export interface ReporterOptions {
  readonly sink: Sink
  readonly executionId: string
  readonly newId: () => string
  /** Unix milliseconds. */
  readonly now: () => number
  /** The `step_name` and `step_type` of logs outside of steps. */
  readonly root: { readonly step_name: string; readonly step_type: string }
}

/** Options of {@link Reporter.step}. */
export interface StepOptions<Result> {
  readonly type: string
  readonly input?: JsonValue
  /** 1 for the first try. */
  readonly attempt?: number
  /** What of the result is reported. @default nothing */
  readonly output?: (result: Result) => JsonValue
}

/** Says something within a step. */
export type StepLog = (message: string, fields?: LogFields) => void

const LOGS_PER_BATCH = 500
const MAX_WAITING = 2 * LOGS_PER_BATCH
const RETRY_AFTER_MS = [50, 200, 800, 3200]

/** Reports one execution. Nothing but {@link Reporter.ready} and {@link Reporter.flush} ever throws or waits. */
export class Reporter {
  readonly #options: ReporterOptions
  #waiting: NewExecutionLog[] = []
  #pump: Promise<void> | undefined
  #batchDone = Promise.withResolvers<void>()
  #failure: RuntailError | undefined

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** Reports a line at `info`, or at `fields.level`. */
  log(message: string, fields: LogFields = {}): void {
    const { executionId, newId, now, root } = this.#options
    if (this.#failure) return
    this.#waiting.push({
      id: newId(),
      execution_id: executionId,
      timestamp: new Date(now()).toISOString(),
      level: 'info',
      ...root,
      ...fields,
      message,
    })
    this.#pump ??= this.#drain()
  }

  /** Reports how far the execution is, 0 to 100. */
  progress(percent: number, message: string): void {
    this.log(message, { event: 'execution.progress', progress: Math.round(percent * 10) / 10 })
  }

  /** Runs `work` as a step: its start, its end or failure, duration and output are reported; its result or error passes through. */
  async step<Result>(
    name: string,
    options: StepOptions<Result>,
    work: (log: StepLog) => Promise<Result>,
  ): Promise<Result> {
    const { newId, now } = this.#options
    const step = {
      step_name: name,
      step_type: options.type,
      step_id: newId(),
      ...(options.attempt === undefined ? {} : { attempt: options.attempt }),
    }
    const startedMs = now()
    const tell = (message: string, fields?: LogFields): void => this.log(message, { ...fields, ...step })
    tell(`${name} started`, {
      event: 'step.started',
      ...(options.input === undefined ? {} : { input_data: options.input }),
    })
    try {
      const result = await work(tell)
      tell(`${name} completed`, {
        event: 'step.completed',
        duration_ms: now() - startedMs,
        ...(options.output ? { output_data: options.output(result) } : {}),
      })
      return result
    } catch (error) {
      tell(`${name} failed`, {
        level: 'error',
        event: 'step.failed',
        duration_ms: now() - startedMs,
        error_message: describe(error),
      })
      throw error
    }
  }

  /** Resolves when there is room for more logs. @throws RuntailError where logs could not be stored */
  async ready(): Promise<void> {
    while (this.#waiting.length >= MAX_WAITING) await this.#batchDone.promise
    if (this.#failure) throw this.#failure
  }

  /** Resolves when everything said so far is stored. @throws RuntailError where it could not be */
  async flush(): Promise<void> {
    await this.#pump
    if (this.#failure) throw this.#failure
  }

  /** The one loop that appends. Each round lets the event loop turn, which also gathers what is said meanwhile. */
  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn()
      const batch = this.#waiting.slice(0, LOGS_PER_BATCH)
      try {
        await this.#append(batch)
        this.#waiting = this.#waiting.slice(batch.length)
      } catch (error) {
        this.#failure = toRuntailError(error)
        this.#waiting = []
      }
      this.#batchDone.resolve()
      this.#batchDone = Promise.withResolvers()
    }
    this.#pump = undefined
  }

  /** Sends the same logs again where that can help; their ids make it safe. */
  async #append(batch: readonly NewExecutionLog[]): Promise<void> {
    const { sink, executionId } = this.#options
    for (const retryAfterMs of RETRY_AFTER_MS) {
      try {
        await sink.append(executionId, batch)
        return
      } catch (error) {
        if (!(error instanceof RuntailError && error.retryable)) throw error
        await pause(retryAfterMs)
      }
    }
    await sink.append(executionId, batch)
  }
}

/** What was thrown, with its stack and its causes, as the text of an `error_message`. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? `${error.name}: ${error.message}`
  return error.cause === undefined ? own : `${own}\nCaused by ${describe(error.cause)}`
}
