// Validated and allowed calls enter, answers and tracked frames leave: the tRPC procedures by name, and the type that clients know.

import {
  encodeCursor,
  LIMITS,
  parseCursor,
  type Cursor,
  type Execution,
  type ExecutionPage,
  type FollowFrame,
} from '@runtail/core'
import { tracked } from '@trpc/server'
import type { LogBlock } from './block.ts'
import type { FeedFrame, FeedStart } from './feed-frame.ts'
import { FirstMessage, followMessage, type FollowMessage } from './follow-message.ts'
import {
  appendInput,
  createInput,
  executionInput,
  followInput,
  listInput,
  readInput,
  watchInput,
  type FollowInput,
} from './inputs.ts'
import type { Services } from './services.ts'
import { notFound } from './store/store.ts'
import { allowed, procedure, router, socketOf } from './trpc.ts'

/** An `ExecutionsFrame` on its way out. */
interface OutgoingExecutionsFrame {
  readonly executions: readonly Execution[]
  readonly reset?: true
}

/** A `LogPage` on its way out. */
interface OutgoingLogPage {
  readonly from: number
  readonly logs: LogBlock
  readonly head: number
  readonly cursor: string
}

/** The procedures over these services. */
export function createRouter({ ingest, feed, executionFeed, store }: Services) {
  /** A cursor's text, or a seq of the present epoch. The inputs have been checked, so an unreadable text does not come here. */
  function cursorOf(position: string | number | undefined): Cursor | undefined {
    if (typeof position === 'number') return { epoch: store.epoch, seq: position }
    return position === undefined ? undefined : parseCursor(position)
  }

  function startOf({ lastEventId, after, last }: FollowInput): FeedStart | undefined {
    return cursorOf(lastEventId ?? after) ?? (last === undefined ? undefined : { last })
  }

  return router({
    executions: router({
      create: procedure
        .input(createInput)
        .use(allowed('executions.create'))
        .mutation(({ input }): Promise<Execution> => ingest.create(input)),

      get: procedure
        .input(executionInput)
        .use(allowed('executions.read'))
        .query(async ({ input }): Promise<Execution> => {
          const execution = await store.get(input.execution_id)
          if (execution) return execution
          throw notFound(input.execution_id)
        }),

      list: procedure
        .input(listInput)
        .use(allowed('executions.list'))
        .query(async ({ input }): Promise<ExecutionPage> => {
          const { revision, ...page } = await store.list({ ...input, limit: input?.limit ?? LIMITS.executionsPerPage })
          return { ...page, cursor: encodeCursor({ epoch: store.epoch, seq: revision }) }
        }),

      watch: procedure
        .input(watchInput)
        .use(allowed('executions.list'))
        .subscription(async function* ({ ctx, input, signal: maybeSignal }) {
          const { socket, signal } = socketOf(ctx, maybeSignal)
          using _place = ctx.subscriptions.take()
          const cursor = cursorOf(input.lastEventId ?? input.after)
          for await (const { revision, executions, reset } of executionFeed.watch(cursor, signal)) {
            await socket.ready(signal)
            const frame: OutgoingExecutionsFrame = { executions, ...(reset && { reset }) }
            yield tracked(encodeCursor({ epoch: store.epoch, seq: revision }), frame)
          }
        }),
    }),

    logs: router({
      append: procedure
        .input(appendInput)
        .use(allowed('logs.append'))
        .mutation(({ input }) => ingest.append(input.execution_id, input.logs)),

      read: procedure
        .input(readInput)
        .use(allowed('logs.read'))
        .query(async ({ ctx, input, signal }): Promise<OutgoingLogPage> => {
          if (ctx.socket && signal) await ctx.socket.ready(signal)
          const { execution_id, limit = LIMITS.logsPerPage, ...range } = input
          const { block, head } = await store.read(execution_id, {
            ...range,
            maxLogs: limit,
            maxBytes: LIMITS.logBytes,
          })
          const isEmpty = block.lines.length === 0
          const last = isEmpty ? Math.min(range.after ?? 0, head) : block.to
          return {
            from: isEmpty ? 0 : block.from,
            logs: block,
            head,
            cursor: encodeCursor({ epoch: store.epoch, seq: last }),
          }
        }),

      follow: procedure
        .input(followInput)
        .use(allowed('logs.read'))
        .subscription(async function* ({ ctx, input, signal: maybeSignal }) {
          const { socket, signal } = socketOf(ctx, maybeSignal)
          using _place = ctx.subscriptions.take()
          // tRPC sends the first frame, and from it we learn how its messages of this subscription begin; all others go past it.
          let opening: string | undefined
          const take = (frame: FeedFrame): boolean => {
            if (opening === undefined || !socket.hasRoom) return false
            socket.sendShared(opening, followMessage(frame, store.epoch).tail)
            return true
          }
          for await (const frame of feed.follow(input.execution_id, { start: startOf(input), signal, take })) {
            await socket.ready(signal)
            // Whoever leaves need not wait for room any more, and gets nothing.
            if (signal.aborted) return
            const message = followMessage(frame, store.epoch)
            if (opening !== undefined) socket.sendShared(opening, message.tail)
            else
              yield tracked(
                message.cursor,
                outgoing(message, (text) => (opening = text)),
              )
          }
        }),
    }),
  })
}

/** The encoder writes it as the `FollowFrame` that clients are typed by. */
function outgoing(message: FollowMessage, onOpening: (opening: string) => void): FollowFrame {
  return new FirstMessage(message, onOpening) as unknown as FollowFrame
}

/** The type that clients are typed by. */
export type AppRouter = ReturnType<typeof createRouter>
