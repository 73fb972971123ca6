// Options enter, a client leaves: the composition root, where what produces and what reads meet on one connection.

import type { Execution, RuntailApi } from '@runtail/core'
import { noContext, nowhere, type Context } from './context.ts'
import { waitForCompletion } from './completion.ts'
import { resolveOptions, type ResolvedOptions } from './options.ts'
import type { Platform } from './platform.ts'
import { ProducingClient } from './producing-client.ts'
import { createRedactor, type Redactor } from './redact.ts'
import type { StepArguments, Work } from './reporter.ts'
import { Session } from './session.ts'
import type {
  AckFields,
  ClientOptions,
  CloseOptions,
  CloseResult,
  ExecutionWatch,
  FollowOptions,
  FollowUpdate,
  LogFields,
  Reporter,
  Reporting,
  RuntailClient,
  RuntailViewer,
  StepOptions,
  WaitOptions,
  WatchOptions,
} from './types.ts'
import { Viewer } from './viewer.ts'
import { createApi } from './wire.ts'

/** Makes a client for these surroundings. @throws RuntailError `invalid_option` */
export function createClientOn(platform: Platform, given: ClientOptions): RuntailClient {
  const options = resolveOptions(given)
  const redactor = createRedactor(given.redact)
  const context = platform.newContext?.() ?? noContext
  return new Client(new Session(platform, options), { platform, options, redactor, context })
}

interface Parts {
  readonly platform: Platform
  readonly options: ResolvedOptions
  readonly redactor: Redactor | undefined
  readonly context: Context
}

class Client extends ProducingClient implements RuntailClient {
  readonly api: RuntailApi
  readonly executions: RuntailViewer['executions']
  readonly #viewer: Viewer
  readonly #context: Context
  readonly #nowhere: Reporting

  constructor(session: Session, { context, ...producing }: Parts) {
    super(session, { ...producing, within: context.within })
    this.#viewer = new Viewer(session)
    this.executions = this.#viewer.executions
    this.api = createApi(session.calls)
    this.#context = context
    this.#nowhere = nowhere(producing.options.onError)
  }

  follow(executionId: string, options?: FollowOptions): AsyncIterable<FollowUpdate> {
    return this.#viewer.follow(executionId, options)
  }

  watch(executionId: string, options?: WatchOptions): ExecutionWatch {
    return this.#viewer.watch(executionId, options)
  }

  waitForCompletion(executionId: string, options?: WaitOptions): Promise<Execution> {
    return waitForCompletion(this, executionId, options)
  }

  get current(): Reporter | undefined {
    return this.#context.current()
  }

  log(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.log(message, fields as AckFields)
  }

  debug(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.debug(message, fields as AckFields)
  }

  info(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.info(message, fields as AckFields)
  }

  warning(message: string, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.warning(message, fields as AckFields)
  }

  error(problem: unknown, fields?: LogFields | AckFields): Promise<void> {
    return this.#here.error(problem, fields as AckFields)
  }

  progress(percent: number, message?: string): void {
    this.#here.progress(percent, message)
  }

  step<Result>(name: string, ...rest: StepArguments<Result>): Promise<Result> {
    return this.#here.step(name, ...(rest as [StepOptions, Work<Result>]))
  }

  override close(options?: CloseOptions): Promise<CloseResult> {
    this.#viewer.endFollowing()
    return super.close(options)
  }

  get #here(): Reporting {
    return this.#context.current() ?? this.#nowhere
  }
}
