// A host and a port enter, an HTTP server that listens there leaves, or one clear line that says why it cannot.

import { RuntailError } from '@runtail/core'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { allowAll } from './authorize.ts'
import type { ResolvedOptions } from './options.ts'
import { isLoopback } from './origin.ts'

/** Where a server listens. */
export interface ListenAddress {
  /** For browsers and clients on this machine, such as `http://127.0.0.1:3000`. */
  readonly url: string
  readonly host: string
  readonly port: number
}

/** What answers. */
export interface Handlers {
  readonly handleRequest: RequestListener
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** An HTTP server that listens. */
export interface Listener {
  readonly address: ListenAddress
  /** Takes no new connections and ends those that are idle. */
  stopAccepting(): void
  /** Ends what is left; resolves when nothing is. */
  close(): Promise<void>
}

type ListenOptions = Pick<ResolvedOptions, 'host' | 'port' | 'authorize' | 'insecure'>

const ANY_ADDRESS = new Set(['0.0.0.0', '::'])

/** @throws RuntailError `cannot_listen` where everybody beyond this machine would be let in unasked */
export function assertMayListen({ host, authorize, insecure }: ListenOptions): void {
  if (isLoopback(host) || authorize !== allowAll || insecure) return
  throw new RuntailError('cannot_listen', {
    message: `Listening on ${host} would let everybody who reaches it read and write. Pass authorize, or insecure (--insecure) if that is meant.`,
    data: { host },
  })
}

/** @throws RuntailError `cannot_listen` */
export async function listen(options: ListenOptions, handlers: Handlers): Promise<Listener> {
  assertMayListen(options)
  const server = createServer({ shouldUpgradeCallback: wantsWebSocket }, handlers.handleRequest)
  server.on('upgrade', handlers.handleUpgrade)
  server.listen({ host: options.host, port: options.port })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw cannotListen(options, cause)
  }
  return {
    address: addressOf(server, options.host),
    stopAccepting() {
      server.close()
      server.closeIdleConnections()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Some HTTP clients offer an upgrade to HTTP/2 with every request, and mean it as a request all the same. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

function addressOf(server: Server, host: string): ListenAddress {
  const { port } = server.address() as AddressInfo
  const name = ANY_ADDRESS.has(host) ? 'localhost' : host
  return { url: `http://${name.includes(':') ? `[${name}]` : name}:${port}`, host, port }
}

function cannotListen({ host, port }: ListenOptions, cause: unknown): RuntailError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return new RuntailError('cannot_listen', { message: explain(code, host, port), data: { host, port, code }, cause })
}

function explain(code: string, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is taken. Stop what listens there, or choose another port.`
  if (code === 'EACCES') return `Port ${port} on ${host} may not be used. Choose a port above 1023.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine. Choose another host.`
  return `Cannot listen on ${host}, port ${port} (${code}).`
}
