// A client and executions enter, a record of every update leaves, until all executions have ended; runs in Node and in a page.

import type { FollowUpdate, RuntailClient } from '@runtail/client-sdk'
import type { Sighting } from './records.ts'

/** What {@link followAll} takes beside the client. */
export interface FollowAllOptions {
  readonly executionIds: readonly string[]
  readonly record: (sighting: Sighting) => void
  /** Asked after each update: whether to leave, and to come back at once with the cursor. @default never */
  readonly leaves?: () => boolean
}

/** Resolves when everything of all executions has come, as far as their logs tell. */
export async function followAll(client: RuntailClient, options: FollowAllOptions): Promise<void> {
  await Promise.all(options.executionIds.map((executionId) => followToEnd(client, executionId, options)))
}

async function followToEnd(client: RuntailClient, executionId: string, options: FollowAllOptions): Promise<void> {
  const { record, leaves = () => false } = options
  for (let cursor: string | undefined, isOver = false; !isOver;) {
    for await (const update of client.follow(executionId, cursor === undefined ? {} : { after: cursor })) {
      record(sightingOf(executionId, update))
      cursor = update.cursor
      isOver = isLast(update)
      if (isOver || leaves()) break
    }
  }
}

function sightingOf(executionId: string, { logs, gaps, reset }: FollowUpdate): Sighting {
  return {
    at_ms: performance.timeOrigin + performance.now(),
    execution_id: executionId,
    logs: logs.map(({ seq, id }) => [seq, id]),
    gaps,
    reset,
  }
}

function isLast({ cursor, execution, head }: FollowUpdate): boolean {
  return execution.completed_at !== undefined && Number(cursor.slice(cursor.lastIndexOf(':') + 1)) >= head
}
