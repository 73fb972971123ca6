// The one client of this program. Whatever imports it reports to the step that it runs in.

import { createClient, handleCrashes } from '@runtail/client-sdk'

export const runtail = createClient({
  url: process.env['RUNTAIL_URL'] ?? 'ws://localhost:3000/trpc',
  // What the server has not acknowledged survives this process, and an execution that a killed one left open is ended.
  outbox: { folder: process.env['OUTBOX'] ?? '.runtail/outbox', abandoned: 'cancel' },
  onError: (error) => console.error(error.message),
})

handleCrashes(runtail, { timeoutMs: 2000 })
