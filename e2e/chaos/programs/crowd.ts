// A process of many followers, each a client of its own: URL, how many, execution ids. It prints `reached <message>` when all have seen a log that begins with
// "mark", and at the end, as JSON, what they waited after each loss and what was wrong with what they saw.

import { createClient, type RuntailClient } from '@runtail/client-sdk'
import { setTimeout as pause } from 'node:timers/promises'

/** A lost connection. */
export interface Loss {
  readonly lastedMs: number
  /** From the loss to the first attempt. */
  readonly waitMs: number
  readonly closeCode: number | undefined
}

/** What a crowd prints at its end. */
export interface CrowdReport {
  readonly losses: readonly Loss[]
  /** Logs that were not the next ones. */
  readonly misplaced: number
}

const [url = '', count = '1', ...executionIds] = process.argv.slice(2)
const marks = new Map<string, number>()
const losses: Loss[] = []
let misplaced = 0

const followers: Promise<void>[] = []
for (let index = 0; index < Number(count); index += 1) {
  followers.push(follow(executionIds[index % executionIds.length]))
  // One after another: the storm is to come later.
  await pause(2)
}
await Promise.all(followers)
process.stdout.write(`${JSON.stringify({ losses, misplaced } satisfies CrowdReport)}\n`)

async function follow(executionId = ''): Promise<void> {
  await using client = createClient({ url })
  noteLosses(client)
  let last = 0
  for await (const { logs, execution } of client.follow(executionId)) {
    for (const { seq, message = '' } of logs) {
      if (seq !== last + 1) misplaced += 1
      last = seq
      if (message.startsWith('mark')) reach(message)
    }
    if (execution.completed_at !== undefined) return
  }
}

function reach(mark: string): void {
  const reached = (marks.get(mark) ?? 0) + 1
  marks.set(mark, reached)
  if (reached === Number(count)) process.stdout.write(`reached ${mark}\n`)
}

function noteLosses({ connection }: RuntailClient): void {
  let before = connection.getSnapshot()
  connection.subscribe(() => {
    const now = connection.getSnapshot()
    if (before.status === 'connected' && now.status !== 'connected' && now.retryAtMs !== undefined) {
      const closeCode = now.error?.data['close_code'] as number | undefined
      losses.push({ lastedMs: now.sinceMs - before.sinceMs, waitMs: now.retryAtMs - now.sinceMs, closeCode })
    }
    before = now
  })
}
