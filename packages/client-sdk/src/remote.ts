// Calls of the SDK's own parts enter, the server's procedures answer: the one place that maps following and listing to the names and shapes of the API.

import {
  RuntailError,
  type Execution,
  type ExecutionPage,
  type ExecutionsFrame,
  type FollowFrame,
  type LogPage,
} from '@runtail/core'
import type { Calls } from './calls.ts'
import type { ExecutionQuery, ListSource } from './execution-list-watch.ts'
import type { FollowListener, FollowSource, FollowStart } from './follow.ts'

/** The server, as those who read see it. All of it fails with our own errors. */
export class Remote implements FollowSource, ListSource {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  async get(executionId: string): Promise<Execution> {
    return (await this.#calls.query('executions.get', JSON.stringify({ execution_id: executionId }))) as Execution
  }

  async read(executionId: string, after: number, limit: number): Promise<LogPage> {
    const inputJson = JSON.stringify({ execution_id: executionId, after, limit })
    return (await this.#calls.query('logs.read', inputJson)) as LogPage
  }

  async list(query: ExecutionQuery): Promise<ExecutionPage> {
    return (await this.#calls.query('executions.list', JSON.stringify(query))) as ExecutionPage
  }

  subscribe(executionId: string, { after, last }: FollowStart, listener: FollowListener): () => void {
    return this.#subscribe<FollowFrame>('logs.follow', { execution_id: executionId, after, last }, listener)
  }

  watch(after: string, listener: StreamListener<ExecutionsFrame>): () => void {
    return this.#subscribe<ExecutionsFrame>('executions.watch', { after }, listener)
  }

  #subscribe<Frame>(path: string, input: object, listener: StreamListener<Frame>): () => void {
    return this.#calls.start(
      { type: 'subscription', path, inputJson: JSON.stringify(input), waiting: 'patient' },
      {
        next: (result) => {
          if (result.type !== 'data') return
          const { id, data } = result.data as Tracked<Frame>
          listener.frame(id, data)
        },
        error: (error) => listener.ended(error),
        // A stream that the server ends without an error is one to begin again, but not at once.
        complete: () =>
          listener.ended(new RuntailError('store_unavailable', { message: 'The server ended the stream.' })),
      },
    )
  }
}

/** What tRPC makes of a tracked value: its id is the cursor after it. */
interface Tracked<Frame> {
  readonly id: string
  readonly data: Frame
}

interface StreamListener<Frame> {
  frame(cursor: string, frame: Frame): void
  ended(error?: RuntailError): void
}
