// Calls enter, the typed API leaves: tRPC's own client, known by the shapes of core, so that nobody who uses the SDK needs the server's types.

import { createTRPCClient } from '@trpc/client'
import type { RuntailApi } from '@runtail/core'
import type { AnyRouter } from '@trpc/server'
import type { Calls } from './calls.ts'
import { callsLink } from './calls-link.ts'

/** tRPC's client over calls on the one connection. That the server's router has this type is a test of the server. */
export function createApi(calls: Calls): RuntailApi {
  return createTRPCClient<AnyRouter>({ links: [callsLink(calls)] }) as unknown as RuntailApi
}
