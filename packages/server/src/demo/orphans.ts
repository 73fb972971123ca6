// Demo executions that a killed server left behind enter, each ends as canceled: nobody else would ever end them, and a status must not lie.

import type { Execution, NewExecutionLog } from '@runtail/core'
import type { Store } from '../store/store.ts'
import { DEMO_TAG, ROOT } from './demo.ts'
import type { Sink } from './reporter.ts'

/** What {@link endOrphans} needs. */
export interface OrphansOptions {
  readonly store: Pick<Store, 'list'>
  readonly ingest: Pick<Sink, 'append'>
  readonly newId: () => string
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number
}

const PAGE = 100

/** Ends them all; before the first demo of this server starts. @throws RuntailError what the store throws */
export async function endOrphans({ store, ingest, newId, now = Date.now }: OrphansOptions): Promise<void> {
  for (const status of ['pending', 'running'] as const) {
    let before: number | undefined
    do {
      const page = await store.list({
        workflow_id: ROOT.step_name,
        status,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      })
      for (const execution of page.executions.filter(({ tags }) => tags.includes(DEMO_TAG))) {
        await ingest.append(execution.id, [cutShort(execution, newId(), now())])
      }
      before = page.next
    } while (before !== undefined)
  }
}

function cutShort({ id: execution_id }: Execution, id: string, nowMs: number): NewExecutionLog {
  return {
    id,
    execution_id,
    timestamp: new Date(nowMs).toISOString(),
    level: 'warning',
    ...ROOT,
    message: 'Canceled: the server was stopped in the middle',
    event: 'execution.canceled',
  }
}
