// Validated and allowed calls enter, answers and tracked frames leave: the tRPC procedures by name, and the type that clients know.

import { encodeCursor, LIMITS, type Execution, type ExecutionLog, type ExecutionPage } from '@runtail/core'
import { tracked } from '@trpc/server'
import { cursorOf, startOf } from './follow-start.ts'
import { appendInput, createInput, executionInput, followInput, listInput, readInput, watchInput } from './inputs.ts'
import type { Services } from './services.ts'
import { notFound } from './store/store.ts'
import { allowed, procedure, router } from './trpc.ts'

/** A block, as far as whoever reads the answer sees it. */
interface OutgoingLogs {
  toJSON(): ExecutionLog[]
}

/** An `ExecutionsFrame` on its way out. */
interface OutgoingExecutionsFrame {
  readonly executions: readonly Execution[]
  readonly reset?: true
}

/** A `LogPage` on its way out. */
interface OutgoingLogPage {
  readonly from: number
  readonly logs: OutgoingLogs
  readonly head: number
  readonly cursor: string
}

/** A `FollowFrame` on its way out. */
interface OutgoingFollowFrame {
  readonly from: number
  readonly logs: OutgoingLogs
  readonly head: number
  readonly reset?: true
}

/** The procedures over these services, for any adapter of tRPC, alone or within a router of others. Asks for a service with the first call that needs it. */
export function createRouter(services: Services) {
  return router({
    executions: router({
      create: procedure
        .input(createInput)
        .use(allowed('executions.create'))
        .mutation(({ input }): Promise<Execution> => services.ingest.create(input)),

      get: procedure
        .input(executionInput)
        .use(allowed('executions.read'))
        .query(async ({ input }): Promise<Execution> => {
          const execution = await services.store.get(input.execution_id)
          if (execution) return execution
          throw notFound(input.execution_id)
        }),

      list: procedure
        .input(listInput)
        .use(allowed('executions.list'))
        .query(async ({ input }): Promise<ExecutionPage> => {
          const { revision, ...page } = await services.store.list({
            ...input,
            limit: input?.limit ?? LIMITS.executionsPerPage,
          })
          return { ...page, cursor: encodeCursor({ epoch: services.store.epoch, seq: revision }) }
        }),

      watch: procedure
        .input(watchInput)
        .use(allowed('executions.list'))
        .subscription(async function* ({ ctx, input, signal = NEVER }) {
          using _place = ctx.enterSubscription()
          const cursor = cursorOf(input.lastEventId ?? input.after, services.store.epoch)
          for await (const { revision, executions, reset } of services.executionFeed.watch(cursor, signal)) {
            await ctx.socket?.ready(signal)
            const frame: OutgoingExecutionsFrame = { executions, ...(reset && { reset }) }
            yield tracked(encodeCursor({ epoch: services.store.epoch, seq: revision }), frame)
          }
        }),
    }),

    logs: router({
      append: procedure
        .input(appendInput)
        .use(allowed('logs.append'))
        .mutation(({ input }) => services.ingest.append(input.execution_id, input.logs)),

      read: procedure
        .input(readInput)
        .use(allowed('logs.read'))
        .query(async ({ ctx, input, signal }): Promise<OutgoingLogPage> => {
          await ctx.socket?.ready(signal)
          const { execution_id, limit = LIMITS.logsPerPage, ...range } = input
          const { block, head } = await services.store.read(execution_id, {
            ...range,
            maxLogs: limit,
            maxBytes: LIMITS.logBytes,
          })
          const isEmpty = block.count === 0
          const last = isEmpty ? Math.min(range.after ?? 0, head) : block.to
          return {
            from: isEmpty ? 0 : block.from,
            logs: block,
            head,
            cursor: encodeCursor({ epoch: services.store.epoch, seq: last }),
          }
        }),

      follow: procedure
        .input(followInput)
        .use(allowed('logs.read'))
        .subscription(async function* ({ ctx, input, signal = NEVER }) {
          using _place = ctx.enterSubscription()
          const { feed, store } = services
          const start = startOf(input, store.epoch)
          for await (const { block, head, reset } of feed.follow(input.execution_id, { start, signal })) {
            const frame: OutgoingFollowFrame = { from: block.from, logs: block, head, ...(reset && { reset }) }
            yield tracked(encodeCursor({ epoch: store.epoch, seq: block.to }), frame)
          }
        }),
    }),
  })
}

/** For callers that cannot say when they leave; they stop iterating. */
const NEVER = new AbortController().signal

/** The type that clients are typed by. */
export type AppRouter = ReturnType<typeof routerOfTypes>

/** Never called. Its type is inferred, so declarations write the procedures out, and name nothing of the services behind them. */
const routerOfTypes = () => createRouter({} as Services)
