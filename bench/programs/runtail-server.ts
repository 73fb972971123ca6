// A data folder enters, the server as users run it leaves: `createServer` on that folder, a free port and nothing else changed. Asked: `listen`.

import { createServer } from '@runtail/server'
import { answerParent } from '../src/program.ts'

const server = createServer({ dataDir: process.argv[2] ?? '', port: 0 })

answerParent({
  /** The URL of its `/trpc`. */
  listen: async () => `ws://127.0.0.1:${(await server.listen()).port}/trpc`,
  close: () => server.close(),
})
