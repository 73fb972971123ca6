// Options and environment enter, which server to talk to leaves, and a client for it.

import { createClient, type ClientOptions, type Connection, type RuntailClient } from '@runtail/client-sdk'
import type { Io } from './command.ts'
import { DEFAULT_URL, socketUrl } from './url.ts'

/** Which server, and how to be let in. */
export interface Target {
  readonly url: string
  readonly token?: string
}

/** What `--url` says, else RUNTAIL_URL, else this machine. @throws UsageError */
export function targetOf(url: string | undefined, env: Io['env']): Target {
  const token = env['RUNTAIL_TOKEN']
  return {
    url: socketUrl(url ?? (env['RUNTAIL_URL'] || DEFAULT_URL)),
    ...(token === undefined || token === '' ? {} : { token }),
  }
}

/** A client for the server; it connects by itself. */
export function clientOf(target: Target, options: Omit<ClientOptions, 'url' | 'token'> = {}): RuntailClient {
  return createClient({ ...options, ...target })
}

/** Whether the attempt to connect that is under way, or comes next, succeeds; true at once where there is a connection. */
export async function connects(connection: Connection): Promise<boolean> {
  if (connection.status === 'connected') return true
  const { attempt } = connection.getSnapshot()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const unsubscribe = connection.subscribe(() => {
    const now = connection.getSnapshot()
    if (now.status === 'connected') resolve(true)
    else if (now.attempt > attempt) resolve(false)
  })
  try {
    return await promise
  } finally {
    unsubscribe()
  }
}
