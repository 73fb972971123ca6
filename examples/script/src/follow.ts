/** Prints an execution as it goes on: `npm run follow -- <id>`; without an id, the newest nightly import. Ends with 1 if that failed. */
import { createClient } from '@runtail/client-sdk'

const runtail = createClient({ url: process.env['RUNTAIL_URL'] ?? 'ws://localhost:3000/trpc' })
const id = process.argv[2] ?? (await newest())

for await (const { logs, execution, gaps } of runtail.follow(id)) {
  for (const { from, to } of gaps) console.log(`… ${from} to ${to} are gone`)
  for (const log of logs) console.log(`${log.seq} ${log.level} [${log.step_name}] ${log.message ?? log.event ?? ''}`)
  if (execution.completed_at === undefined) continue
  console.log(`${execution.status}, ${execution.log_counts.warning} warnings, ${execution.log_counts.error} errors`)
  process.exitCode = execution.status === 'completed' ? 0 : 1
  break
}
await runtail.close()

async function newest(): Promise<string> {
  const [execution] = await runtail.executions.list({ workflow_id: 'nightly-import', limit: 1 })
  if (!execution) throw new Error('There is no nightly import yet. Run `npm start` in this folder.')
  return execution.id
}
