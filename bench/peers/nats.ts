// Batches of logs enter, messages of a JetStream stream on disk leave, repeats dropped by message id; a batch is published at once and every acknowledgement awaited.

import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { tempFolder } from '../src/temp.ts'
import type { IngestPeer } from './ingest.ts'
import { freePort, giveFolder, ServerProcess, unlessInstalled } from './server-process.ts'

/** JetStream as it comes: what it acknowledges is written, but synced only every two minutes, so it promises less than we do. */
export const nats: IngestPeer = {
  name: 'NATS JetStream, not synced',
  unavailable: () => unlessInstalled('nats-server', 'nats-server'),
  async open(producers, stack) {
    const folder = stack.use(tempFolder())
    giveFolder(folder.path)
    const port = await freePort()
    stack.use(
      await ServerProcess.start(
        'nats-server',
        ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder.path],
        port,
      ),
    )
    const connections = await Promise.all(
      Array.from({ length: producers }, async () => await connect({ servers: `127.0.0.1:${port}` })),
    )
    stack.defer(async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    })
    const [first] = connections
    if (!first) return []
    const manager = await jetstreamManager(first)
    await manager.streams.add({ name: 'logs', subjects: ['logs.*'], storage: StorageType.File })
    return connections.map((connection) => {
      const stream = jetstream(connection)
      return async (executionId, _from, logs) => {
        await Promise.all(
          logs.map((log) => stream.publish(`logs.${executionId}`, JSON.stringify(log), { msgID: log.id })),
        )
      }
    })
  },
}
