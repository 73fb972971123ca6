// The typed API as shapes: inputs and outputs of every procedure; the server's router and the SDK's `api` are both checked against it, so that neither needs the other's types.

import type { Execution, ExecutionStatus, NewExecution } from './execution.ts'
import type { NewExecutionLog } from './log.ts'
import type { AppendResult, ExecutionPage, ExecutionsFrame, FollowFrame, LogPage } from './protocol.ts'

/** Names an execution. */
export interface ExecutionInput {
  readonly execution_id: string
}

/** Which executions to list. */
export interface ListInput {
  readonly status?: ExecutionStatus
  readonly workflow_id?: string
  /** The `next` of the page before. */
  readonly before?: number
  /** @default 100, which is also the most */
  readonly limit?: number
}

/** Where to go on with changes of executions. */
export interface WatchInput {
  /** The cursor of a page or of a frame. @default the newest state: only what changes from now on */
  readonly after?: string
  /** Sent by tRPC itself when it subscribes again: the id of the last frame. Goes before `after`. */
  readonly lastEventId?: string
}

/** Logs of one execution. */
export interface AppendInput extends ExecutionInput {
  /** In order; each names the same execution. At most 1,000. */
  readonly logs: readonly NewExecutionLog[]
}

/** Which logs to read; without `after` and `before`, from the first. */
export interface ReadInput extends ExecutionInput {
  /** Only logs with a greater seq, lowest first. */
  readonly after?: number
  /** Only logs with a smaller seq: the last ones of them, in ascending order all the same. */
  readonly before?: number
  /** @default 1000, which is also the most */
  readonly limit?: number
}

/** Which execution to follow, and from where. */
export interface FollowInput extends ExecutionInput {
  /** A cursor (`epoch:seq`), or a seq of the store's present epoch. @default the first log, or the tail that `last` names */
  readonly after?: string | number
  /** Begin with this many of the last logs; 0 for what comes from now on. Without meaning where there is a cursor. */
  readonly last?: number
  /** Sent by tRPC itself when it subscribes again: the id of the last frame. Goes before `after`. */
  readonly lastEventId?: string
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the waiting for the answer. */
  readonly signal?: AbortSignal
}

/** Asks without changing anything. */
export interface Query<Input, Output> {
  readonly query: (input: Input, options?: CallOptions) => Promise<Output>
}

/** Changes something; safe to repeat, since ids make it so. */
export interface Mutation<Input, Output> {
  readonly mutate: (input: Input, options?: CallOptions) => Promise<Output>
}

/** One frame, and the cursor after it. */
export interface Tracked<Frame> {
  readonly id: string
  readonly data: Frame
}

/** Who hears of a subscription. After `onError` or `onComplete` nothing comes any more. */
export interface SubscriptionObserver<Frame> extends CallOptions {
  onData(frame: Tracked<Frame>): void
  /** The server has begun. */
  onStarted?(): void
  onError?(error: Error): void
  onComplete?(): void
}

/** Gives frames until one side ends it. */
export interface Subscription<Input, Frame> {
  readonly subscribe: {
    /** Calls back with each frame. */
    (input: Input, observer: SubscriptionObserver<Frame>): { unsubscribe(): void }
    /** To be read with `for await`, once; `break` ends it, as the signal does. */
    (input: Input, options?: CallOptions): AsyncIterableIterator<Tracked<Frame>>
  }
}

/** Every procedure of a Runtail server, as a tRPC client sees them. What fails does so with tRPC's error, whose `data.runtail.code` says why. */
export interface RuntailApi {
  readonly executions: {
    /** Makes an execution, or gives the one that has this id already. */
    readonly create: Mutation<NewExecution, Execution>
    readonly get: Query<ExecutionInput, Execution>
    /** Newest first. */
    readonly list: Query<ListInput | void, ExecutionPage>
    /** Changed executions, coalesced; after the `cursor` of a page, without a gap. */
    readonly watch: Subscription<WatchInput, ExecutionsFrame>
  }
  readonly logs: {
    /** Stores logs; answers after the commit. Logs whose ids are stored already are counted as duplicates. */
    readonly append: Mutation<AppendInput, AppendResult>
    readonly read: Query<ReadInput, LogPage>
    /** Every log after the position in order, history first, then live. */
    readonly follow: Subscription<FollowInput, FollowFrame>
  }
}
