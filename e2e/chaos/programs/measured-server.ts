// A server that tells what its connections cost: data folder, milliseconds until a stalled peer is closed. It prints `listening <port>`, what its logger is told, and
// on SIGUSR2 `measured <number> <JSON>`. Run with --expose-gc.

import { KEEP_ALIVE } from '@runtail/core'
import { createServer } from '@runtail/server'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** What the process holds after a collection. */
export interface Measurement {
  /** JavaScript's heap and what hangs on it outside, in bytes. */
  readonly heapBytes: number
  readonly rssBytes: number
  /** In the order in which they were accepted: the most that ever lay unsent, and whether they are still there. */
  readonly connections: readonly { readonly mostUnsentBytes: number; readonly isOpen: boolean }[]
}

const [dataDir = '', stallMs = '30000'] = process.argv.slice(2)
const connections: { socket: Socket; mostUnsentBytes: number }[] = []
subscribe('net.server.socket', (message) => {
  connections.push({ socket: (message as { socket: Socket }).socket, mostUnsentBytes: 0 })
})
setInterval(look, 2)

let measured = 0
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  look()
  const { heapUsed, external, rss } = process.memoryUsage()
  const measurement: Measurement = {
    heapBytes: heapUsed + external,
    rssBytes: rss,
    connections: connections.map(({ socket, mostUnsentBytes }) => ({ mostUnsentBytes, isOpen: !socket.destroyed })),
  }
  measured += 1
  console.log(`measured ${measured} ${JSON.stringify(measurement)}`)
})

const server = createServer({
  dataDir,
  port: 0,
  keepAlive: {
    stallMs: Number(stallMs),
    pingAfterMs: Math.min(KEEP_ALIVE.pingAfterMs, Math.ceil(Number(stallMs) / 2)),
  },
  logger: { info: console.log, warn: console.error, error: console.error },
})
console.log(`listening ${(await server.listen()).port}`)

function look(): void {
  for (const connection of connections) {
    connection.mostUnsentBytes = Math.max(connection.mostUnsentBytes, connection.socket.writableLength)
  }
}
