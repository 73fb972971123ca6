// The server's router as a type, and nothing else of the server: the only file that knows it.

import { createTRPCClient, type TRPCClient } from '@trpc/client'
import type { AppRouter } from '@runtail/server'
import type { Calls } from './calls.ts'
import { callsLink } from './calls-link.ts'

/** The typed tRPC client of a Runtail server. */
export type Api = TRPCClient<AppRouter>

/** Makes it, over calls on the one connection. */
export function createApi(calls: Calls): Api {
  return createTRPCClient<AppRouter>({ links: [callsLink(calls)] })
}
