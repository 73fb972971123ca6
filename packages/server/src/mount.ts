// An HTTP server of a service and a path enter; what is asked for below the path comes to us, everything else goes on to whom it went before.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { wantsWebSocket, type Handlers } from './listener.ts'
import { refuseUpgrade } from './websocket.ts'

/** The part of Node's rule which requests are upgrades that its types do not know (from Node 24.9 on). */
interface Upgrading {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean
}

/** What a request says of where it was mounted, as Express and its like write it. */
interface Mounted {
  baseUrl?: unknown
  originalUrl?: unknown
}

/** Those that came to us, whose URL is the part below the path from then on. */
const taken = new WeakSet<IncomingMessage>()

const ours = new WeakSet<object>()

/** The path at which a request's handler is mounted; empty at the root. */
export function mountPath(request: IncomingMessage): string {
  const { baseUrl } = request as Mounted
  return typeof baseUrl === 'string' ? baseUrl : ''
}

/** Takes what is below the path, before the server's own listeners. Returns what undoes it. */
export function mount(server: Server, path: string, handlers: Handlers): () => void {
  const detached = new AbortController()
  const upgrading = server as Upgrading
  const others = server.rawListeners('request') as RequestListener[]
  const othersShouldUpgrade = upgrading.shouldUpgradeCallback

  const isBelow = ({ url = '' }: IncomingMessage): boolean =>
    !detached.signal.aborted && url.startsWith(path) && /^[/?]?$/.test(url.charAt(path.length))

  const onRequest: RequestListener = (request, response) => {
    if (isBelow(request)) handlers.handleRequest(take(request, path), response)
    else for (const other of others) other.call(server, request, response)
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Another server of the service may pass on what came to it, and to us.
    if (taken.has(request)) return
    if (isBelow(request)) handlers.handleUpgrade(take(request, path), socket, head)
    else if (isLastOfOurs(server, onUpgrade)) refuseUpgrade(socket, nobodyListens())
  }
  // With our listener, Node takes every offer of an upgrade for one, also those of clients who mean a request.
  const shouldUpgrade = (request: IncomingMessage): boolean => {
    if (isBelow(request)) return wantsWebSocket(request)
    return server.listenerCount('upgrade') > 1 && othersShouldUpgrade?.call(server, request) === true
  }

  ours.add(onUpgrade)
  setListeners(server, [onRequest])
  server.on('upgrade', onUpgrade)
  if (othersShouldUpgrade) upgrading.shouldUpgradeCallback = shouldUpgrade

  return () => {
    // Whoever has put itself before us in the meantime still calls us.
    detached.abort()
    const now = server.rawListeners('request') as RequestListener[]
    setListeners(
      server,
      now.flatMap((listener) => (listener === onRequest ? others : [listener])),
    )
    server.off('upgrade', onUpgrade)
    if (othersShouldUpgrade && upgrading.shouldUpgradeCallback === shouldUpgrade) {
      upgrading.shouldUpgradeCallback = othersShouldUpgrade
    }
  }
}

/** @throws RuntailError `invalid_option` */
export function assertMountPath(path: string): void {
  if (/^(\/[\w.~-]+)+$/.test(path)) return
  throw new RuntailError('invalid_option', {
    message: `Option path must be such as /runtail, but is "${path}".`,
    data: { option: 'path', value: path },
  })
}

function take(request: IncomingMessage, path: string): IncomingMessage {
  const originalUrl = request.url ?? ''
  const rest = originalUrl.slice(path.length)
  taken.add(request)
  return Object.assign(request, {
    url: rest.startsWith('/') ? rest : `/${rest}`,
    baseUrl: path,
    originalUrl,
  } satisfies Mounted & { url: string })
}

function setListeners(server: Server, listeners: readonly RequestListener[]): void {
  server.removeAllListeners('request')
  for (const listener of listeners) server.on('request', listener)
}

/** Nobody answers an upgrade that nobody knows, and a socket without an answer stays open for ever. */
function isLastOfOurs(server: Server, listener: object): boolean {
  const listeners = server.listeners('upgrade')
  return listeners.every((other) => ours.has(other)) && listeners.at(-1) === listener
}

function nobodyListens(): RuntailError {
  return new RuntailError('not_found', { message: 'No WebSocket is served here.' })
}
