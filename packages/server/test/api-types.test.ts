import type {
  AppendResult,
  Execution,
  ExecutionPage,
  ExecutionsFrame,
  FollowFrame,
  LogPage,
  Mutation,
  NewExecution,
  Query,
  RuntailApi,
  Subscription,
  Tracked,
} from '@runtail/core'
import type { TRPCClient } from '@trpc/client'
import type { inferRouterInputs } from '@trpc/server'
import { expectTypeOf, test } from 'vitest'
import type { AppRouter } from '../src/index.ts'
import { connectClient, startServer } from './support/server.ts'

/** What a stock tRPC client makes of `import type { AppRouter } from '@runtail/server'`. */
type Stock = TRPCClient<AppRouter>

/** tRPC's types of JSON forget that an array is not to be changed. */
type Fixed<Value> = Value extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Fixed<Value[Name]> }
    : Value

/** A client's procedures without what is tRPC's own: its error tags, its client behind a symbol. */
type Plain<Client> = {
  [Name in keyof Client as Name extends string ? Name : never]: Client[Name] extends {
    query: (input: infer Input, ...rest: never) => Promise<infer Output>
  }
    ? Query<Input, Fixed<Output>>
    : Client[Name] extends { mutate: (input: infer Input, ...rest: never) => Promise<infer Output> }
      ? Mutation<Input, Fixed<Output>>
      : Client[Name] extends {
            subscribe: (input: infer Input, ...rest: never) => AsyncIterableIterator<Tracked<infer Frame>>
          }
        ? Subscription<Input, Fixed<Frame>>
        : Plain<Client[Name]>
}

test('a stock client of the router has the type of the API, and the API gives what a stock client does', () => {
  expectTypeOf<Stock>().toExtend<RuntailApi>()
  expectTypeOf<Plain<Stock>>().toExtend<RuntailApi>()
  expectTypeOf<RuntailApi>().toExtend<Plain<Stock>>()
})

test('inputs and outputs are inferred for a stock client', async () => {
  const { api } = connectClient((await startServer()).trpcUrl)
  const created = await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  expectTypeOf(created).toEqualTypeOf<Execution>()
  expectTypeOf(await api.executions.get.query({ execution_id: 'run-1' })).toEqualTypeOf<Execution>()
  expectTypeOf(await api.executions.list.query()).toExtend<ExecutionPage>()
  const page = await api.logs.read.query({ execution_id: 'run-1' })
  expectTypeOf(page).toExtend<LogPage>()
  expectTypeOf(page.logs[0]?.seq).toEqualTypeOf<number | undefined>()
  expectTypeOf(api.logs.append.mutate).returns.resolves.toEqualTypeOf<AppendResult>()
  for await (const { id, data } of api.logs.follow.subscribe({ execution_id: 'run-1' })) {
    expectTypeOf(id).toEqualTypeOf<string>()
    expectTypeOf(data).toExtend<FollowFrame>()
    break
  }
  for await (const { data } of api.executions.watch.subscribe({})) {
    expectTypeOf(data).toExtend<ExecutionsFrame>()
    break
  }
  const inputs = expectTypeOf<inferRouterInputs<AppRouter>>()
  inputs.toHaveProperty('executions').toHaveProperty('create').toEqualTypeOf<NewExecution>()
  // @ts-expect-error an execution has a workflow
  void ((): unknown => api.executions.create.mutate({ id: 'run-1' }))
  // @ts-expect-error there is no such level
  void ((): unknown => api.logs.append.mutate({ execution_id: 'run-1', logs: [{ level: 'loud' }] }))
  // @ts-expect-error there is no such procedure
  void ((): unknown => api.executions.remove)
})
