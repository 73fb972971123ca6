// Clients under test, closed with it, and what waits for them to get somewhere.

import type { RuntailError } from '@runtail/core'
import { onTestFinished } from 'vitest'
import {
  createClient,
  type ClientOptions,
  type FollowUpdate,
  type RuntailClient,
  type Watchable,
} from '../../src/node/index.ts'

/** A client, and what it reported to `onError`. */
export interface TestClient {
  readonly client: RuntailClient
  readonly errors: RuntailError[]
}

/** Makes a client. */
export function connectClient(url: string, options: Partial<ClientOptions> = {}): TestClient {
  const errors: RuntailError[] = []
  const client = createClient({ url, onError: (error) => errors.push(error), ...options })
  onTestFinished(async () => void (await client.close({ timeoutMs: 0 })))
  return { client, errors }
}

/** Resolves with the first snapshot that passes. */
export function until<Snapshot>(
  watchable: Watchable<Snapshot>,
  passes: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  return new Promise((resolve) => {
    const check = (): void => {
      const snapshot = watchable.getSnapshot()
      if (!passes(snapshot)) return
      unsubscribe()
      resolve(snapshot)
    }
    const unsubscribe = watchable.subscribe(check)
    check()
  })
}

/** Cuts each connection a moment after it opened, and has the client come back at once. Returns what ends it. */
export function keepCutting(client: RuntailClient, cut: () => void): () => void {
  const { connection } = client
  return connection.subscribe(() => {
    const { status, retryAtMs } = connection.getSnapshot()
    if (status === 'connected') setTimeout(cut, Math.random() * 60)
    else if (retryAtMs !== undefined) client.reconnect()
  })
}

/** What a follower got, in order. */
export interface Followed {
  readonly seqs: number[]
  readonly messages: (string | undefined)[]
  readonly updates: FollowUpdate[]
}

/** Collects what a follower gets, until an update passes. */
export async function collect(
  updates: AsyncIterable<FollowUpdate>,
  isLast: (update: FollowUpdate, followed: Followed) => boolean,
): Promise<Followed> {
  const followed: Followed = { seqs: [], messages: [], updates: [] }
  for await (const update of updates) {
    followed.updates.push(update)
    for (const { seq, message } of update.logs) {
      followed.seqs.push(seq)
      followed.messages.push(message)
    }
    if (isLast(update, followed)) break
  }
  return followed
}

/** Whether an update is the last of an execution that is over. */
export function isEnd({ execution, logs, head }: FollowUpdate): boolean {
  return execution.completed_at !== undefined && (logs.at(-1)?.seq ?? head) >= head
}

/** 1, 2, 3 … */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}
