// A service's own HTTP server under test, on a free port of this machine, and clients of a Runtail server below a path of it.

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createServer, type RuntailServer, type ServerOptions } from '../../src/index.ts'

/** A Runtail server that does not listen itself, closed with the test. */
export function runtailServer(options: ServerOptions = {}): RuntailServer {
  const runtail = createServer({ store: 'memory', ...options })
  onTestFinished(() => runtail.close())
  return runtail
}

/** Where a service listens. */
export interface Service {
  readonly port: number
  readonly url: string
  readonly wsUrl: string
}

/** Has a service's server listen, and closes it with the test. */
export async function listening(server: Server, host = '127.0.0.1'): Promise<Service> {
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return addressOf(server)
}

/** Where a server that listens is reached. */
export function addressOf(server: Server): Service {
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` }
}
