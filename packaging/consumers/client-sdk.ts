import {
  createClient,
  RuntailError,
  type ExecutionHandle,
  type FollowUpdate,
  type RuntailApi,
} from '@runtail/client-sdk'

await using runtail = createClient({ url: 'ws://localhost:3000/trpc', token: () => 'secret' })
const execution: ExecutionHandle = await runtail.startExecution({ workflow_id: 'w', tags: ['a'] })
const length: number = await execution.step('download', { type: 'http' }, async (step) => {
  step.warning('slow', { output_data: { ms: 900 } })
  return 'abc'.length
})
await execution.complete({ length })

for await (const update of runtail.follow(execution.id, { last: 10 })) {
  const { logs, execution: state }: FollowUpdate = update
  if (state.status === 'failed') throw new RuntailError('internal', { message: logs[0]?.message ?? '' })
}
const unsubscribe: () => void = runtail.watch(execution.id).subscribe(() => {})
unsubscribe()

const api: RuntailApi = runtail.api
const page = await api.executions.list.query({ status: 'running' })
export const ids: string[] = page.executions.map(({ id }) => id)

// @ts-expect-error there is no such status
await api.executions.list.query({ status: 'walking' })
// @ts-expect-error there is no such option
createClient({ uri: 'ws://localhost:3000/trpc' })
