// Batches of logs enter, entries of Redis Streams leave, synced before they are acknowledged (`appendfsync always`); one pipeline a batch.

import { createClient } from 'redis'
import { tempFolder } from '../src/temp.ts'
import type { IngestPeer } from './ingest.ts'
import { freePort, giveFolder, ServerProcess, unlessInstalled } from './server-process.ts'

/** Redis Streams; they drop no repeats. */
export const redis: IngestPeer = {
  name: 'Redis Streams, always',
  unavailable: () => unlessInstalled('redis-server', 'redis-server'),
  async open(producers, stack) {
    const folder = stack.use(tempFolder())
    giveFolder(folder.path)
    const port = await freePort()
    // It writes its file anew by itself now and then, for up to a second, in which others are measured.
    const unattended = ['--save', '', '--auto-aof-rewrite-percentage', '0']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', ...unattended]
    stack.use(
      await ServerProcess.start(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path, ...durable],
        port,
      ),
    )
    const clients = await Promise.all(
      Array.from({ length: producers }, async () => await createClient({ url: `redis://127.0.0.1:${port}` }).connect()),
    )
    stack.defer(() => clients.forEach((client) => client.destroy()))
    return clients.map((client) => async (executionId, _from, logs) => {
      const pipeline = client.multi()
      for (const log of logs) pipeline.xAdd(executionId, '*', { id: log.id, log: JSON.stringify(log) })
      await pipeline.execAsPipeline()
    })
  },
}
