// The server's router as a type, and nothing else of the server: the only file that knows it.

import type { TRPCClient } from '@trpc/client'
import type { AppRouter } from '@runtail/server'

/** The typed tRPC client of a Runtail server. */
export type Api = TRPCClient<AppRouter>
