// Calls of the SDK's own parts enter, the server's procedures answer: the one place that maps our ports to tRPC, and its errors to ours.

import { RuntailError, type Execution, type ExecutionPage, type ExecutionsFrame, type LogPage } from '@runtail/core'
import { callError } from './call-error.ts'
import type { Calls } from './calls.ts'
import type { ExecutionQuery, ListSource } from './execution-list-watch.ts'
import type { FollowListener, FollowSource, FollowStart } from './follow.ts'
import type { Uplink } from './producer.ts'
import type { Api } from './wire.ts'

/** The server, as the SDK's parts see it. */
export class Remote implements Uplink, FollowSource, ListSource {
  readonly #api: Api
  readonly #calls: Calls

  constructor(api: Api, calls: Calls) {
    this.#api = api
    this.#calls = calls
  }

  create: Uplink['create'] = (execution) => this.#calls.mutate('executions.create', JSON.stringify(execution))

  /** The lines are JSON already: nothing is written twice. */
  append: Uplink['append'] = (executionId, lines) => {
    const logs = lines.map(({ json }) => json).join(',')
    return this.#calls.mutate('logs.append', `{"execution_id":${JSON.stringify(executionId)},"logs":[${logs}]}`)
  }

  async get(executionId: string): Promise<Execution> {
    return await ours(this.#api.executions.get.query({ execution_id: executionId }))
  }

  async read(executionId: string, after: number, limit: number): Promise<LogPage> {
    return await ours(this.#api.logs.read.query({ execution_id: executionId, after, limit }))
  }

  subscribe(executionId: string, start: FollowStart, listener: FollowListener): () => void {
    const subscription = this.#api.logs.follow.subscribe(
      { execution_id: executionId, ...start },
      { onData: ({ id, data }) => listener.frame(id, data), ...endings(listener) },
    )
    return () => subscription.unsubscribe()
  }

  async list(query: ExecutionQuery): Promise<ExecutionPage> {
    return await ours(this.#api.executions.list.query(query))
  }

  watch(
    after: string,
    listener: { frame(cursor: string, frame: ExecutionsFrame): void; ended(error?: RuntailError): void },
  ): () => void {
    const subscription = this.#api.executions.watch.subscribe(
      { after },
      { onData: ({ id, data }) => listener.frame(id, data), ...endings(listener) },
    )
    return () => subscription.unsubscribe()
  }
}

async function ours<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (thrown) {
    throw callError(thrown)
  }
}

/** A stream that the server ends without an error is one to begin again, but not at once. */
function endings(listener: { ended(error?: RuntailError): void }): {
  onError(error: unknown): void
  onComplete(): void
} {
  return {
    onError: (error) => listener.ended(callError(error)),
    onComplete: () =>
      listener.ended(new RuntailError('store_unavailable', { message: 'The server ended the stream.' })),
  }
}
