// A data folder enters, a whole server leaves (sockets, router, feed, SQLite) whose bursts are appended within its process, as the demo's are.

import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { answerAsFanout } from '../src/fanout-program.ts'
import { assemble, Ingest, LocalBus, resolveOptions, SqliteStore } from '../src/parts.ts'

const dataDir = process.argv[2] ?? ''
const drivers = { store: await SqliteStore.open({ path: join(dataDir, 'runtail.db') }), bus: new LocalBus() }
const { handleRequest, sockets } = await assemble(resolveOptions({ dataDir }), () => Promise.resolve(drivers))
const ingest = new Ingest(drivers)

answerAsFanout({
  async listen() {
    const http = createHttpServer(handleRequest)
    http.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/trpc`
  },
  async create(executionIds) {
    await Promise.all(executionIds.map((id) => ingest.create({ id, workflow_id: 'bench', tags: [] })))
  },
  append: async (executionId, logs) => (await ingest.append(executionId, logs)).head,
})
