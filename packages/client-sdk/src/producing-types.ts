// The public shapes of reporting: executions, steps and lines, what is kept out of them, and how they find their place; behaviour is in the files named after them.

import type { NewExecutionLog } from '@runtail/core'

/** What `startExecution` and `execute` take. */
export interface StartExecution {
  readonly workflow_id: string
  /** @default a UUID v7 */
  readonly id?: string
  readonly name?: string
  readonly tags?: readonly string[]
  /** Any value; made into bounded JSON. */
  readonly input?: unknown
}

/** What `execution` takes beside the id. */
export interface ContinueExecution {
  /** The step of another process in which this one works: its lines and steps appear below it. @default none */
  readonly parent_step_id?: string | undefined
  /** What lines outside of steps are told to belong to; give the execution's `workflow_id`, where it is known here. @default 'execution' */
  readonly step_name?: string | undefined
}

/** Fields a log may be given beside its message; each has a default that fits. */
export type LogFields = Partial<Omit<NewExecutionLog, 'execution_id' | 'input_data' | 'output_data'>> & {
  /** Any value; made into bounded JSON. */
  readonly input_data?: unknown
  /** Any value; made into bounded JSON. */
  readonly output_data?: unknown
  readonly ack?: false
}

/** Fields of a log that is waited for. */
export type AckFields = Omit<LogFields, 'ack'> & {
  /**
   * The call returns a promise, which resolves when the server has committed the line, and rejects with a `RuntailError` when that will never be:
   * the outbox dropped it, the server refused it, the client was closed. Whoever does not await the promise need not catch it either.
   */
  readonly ack: true
}

/** How a step is tried again when it throws. Each attempt is reported, as a run of the step of its own; the last error passes through. */
export interface RetryOptions {
  /** How often it is tried at most, the first time included. What is no number from 1 on is 1. */
  readonly attempts: number
  /** Milliseconds before the next attempt, or a function from the attempt that just failed (1, 2, …) to them. @default 0 */
  readonly backoffMs?: number | ((attempt: number) => number)
  /** Ends waiting and trying: the error of the attempt before passes through. An attempt that is under way is yours to end. @default none */
  readonly signal?: AbortSignal
}

/** Options of a step. */
export interface StepOptions {
  /** The log's `step_type`. @default 'step' */
  readonly type?: string
  /** Any value; made into bounded JSON. */
  readonly input?: unknown
  /**
   * 1 for the first try; give it where earlier tries were made by another process.
   * @default counted: one more than the failures in a row of a step of this name, through this handle
   */
  readonly attempt?: number
  /** @default one attempt */
  readonly retry?: RetryOptions
}

/**
 * What can be reported: lines, progress and steps. Nothing here throws for the server's sake, or waits for it unless asked to (`ack`), whatever
 * it is passed. Any value may be passed as data: cycles, Dates, Maps, errors, class instances, BigInt and binary become bounded JSON.
 */
export interface Reporting {
  /** Reports a line at `info`, or at `fields.level`; with `{ ack: true }` resolves when the server has committed it. */
  log(message: string, fields: AckFields): Promise<void>
  log(message: string, fields?: LogFields): void
  /** Reports a line at `debug`. */
  debug(message: string, fields: AckFields): Promise<void>
  debug(message: string, fields?: LogFields): void
  /** Reports a line at `info`. */
  info(message: string, fields: AckFields): Promise<void>
  info(message: string, fields?: LogFields): void
  /** Reports a line at `warning`. */
  warning(message: string, fields: AckFields): Promise<void>
  warning(message: string, fields?: LogFields): void
  /** Reports a line at `error`. Takes a message or what was thrown, with its stack, its causes and, of an AggregateError, its errors. */
  error(problem: unknown, fields: AckFields): Promise<void>
  error(problem: unknown, fields?: LogFields): void
  /** Reports how far the execution is, 0 to 100; from wherever in it. */
  progress(percent: number, message?: string): void
  /**
   * Runs `work` as a step: started, completed or failed, duration, output and error are reported; its result or error passes through
   * untouched. In Node, what `work` reports with the client itself (`runtail.log()`) belongs to this step. Steps nest, and run side by side.
   */
  step<Result>(name: string, work: (step: StepHandle) => Result | Promise<Result>): Promise<Result>
  step<Result>(
    name: string,
    options: StepOptions,
    work: (step: StepHandle) => Result | Promise<Result>,
  ): Promise<Result>
}

/** An execution or a step in it, to report to. It stays usable when the step or the execution is over: what comes late is stored late. */
export interface Reporter extends Reporting {
  /** The id of the execution. */
  readonly executionId: string
  /**
   * With `outbox.onOverflow: 'block'` resolves when the outbox has room again; at once where it has, where the client is closed, and with
   * `drop-oldest`. It waits as long as the server is away. `await execution.ready()` before each line, or before a part of the work that
   * reports many. Never rejects.
   */
  ready(): Promise<void>
  /**
   * Runs `work` and gives what it gives. In Node, what it reports with the client itself belongs here: for callbacks that event emitters and
   * pools call outside of the context that they were made in. Elsewhere it runs `work`, and no more.
   */
  run<Result>(work: () => Result): Result
}

/** A running step: one attempt of it. */
export interface StepHandle extends Reporter {
  /** Distinct for each run of a step. Another process continues here with `runtail.execution(id, { parent_step_id: step.stepId })`. */
  readonly stepId: string
  /** 1 for the first try. */
  readonly attempt: number
}

/** A running execution, on the producer's side. */
export interface ExecutionHandle extends Reporter, AsyncDisposable {
  readonly id: string
  /**
   * Ends it well; resolves when all of it is acknowledged, or at once where the client is closed. Never rejects. The first of
   * `complete`, `fail` and `cancel` counts. Left by `await using` without one of them, an execution that was started here is canceled, and one
   * that is continued stays open; both wait for the server for at most 5 s.
   */
  complete(output?: unknown): Promise<void>
  /** Ends it badly. */
  fail(problem: unknown): Promise<void>
  /** Ends it as canceled. */
  cancel(reason?: string): Promise<void>
  /**
   * Resolves when everything reported of the execution so far is acknowledged, whichever handle of this client reported it. Rejects when
   * `timeoutMs` passes before; whoever does not await it need not catch it.
   */
  flush(options?: { readonly timeoutMs?: number }): Promise<void>
}

/**
 * What must not leave the process, beside the defaults: values of keys that speak of passwords, tokens, secrets, cookies, authorization, API keys
 * and private keys; in texts, credentials in URLs, `password=…` and its like, authorization and cookie headers, JWTs, private keys, and
 * tokens of well-known forms. Booleans stay, and so do numbers but those of passwords. Applied to messages, errors, input and output, before they reach the network or `outbox.folder`; not to
 * names, tags and ids.
 */
export interface RedactOptions {
  /** More keys, at any depth of objects, Maps and errors: a text is the whole key, whatever its case and with or without `-` and `_`. @default none */
  readonly keys?: readonly (string | RegExp)[]
  /** Places in data: `input.user.email`, `output.rows.*.iban`; `*` is one level, such as each entry of a list. @default none */
  readonly paths?: readonly string[]
  /**
   * What is hidden wherever it stands in a text, each time (flags `g` and `y` make no difference). It runs on every line, in the program: a pattern
   * that backtracks costs its time. @default none
   */
  readonly patterns?: readonly RegExp[]
  /** What stands in its place. @default '[redacted]' */
  readonly replacement?: string
}
