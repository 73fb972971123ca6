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

/** How a server tells its listeners, whatever the event. */
interface Emitting {
  emit: (event: string | symbol, ...given: unknown[]) => boolean
}

/** What servers were given here: listeners that only refuse what nobody else takes, and rules of ours. */
const ours = new WeakSet<object>()

/** The path at which a request's handler is mounted; empty at the root. */
export function mountPath(request: IncomingMessage): string {
  const { baseUrl } = request as Mounted
  return typeof baseUrl === 'string' ? baseUrl : ''
}

/** Takes what is below the path, so that no listener of the server hears of it, whenever it was added. Returns what undoes it. */
export function mount(server: Server, path: string, handlers: Handlers): () => void {
  const detached = new AbortController()
  const emitting = server as Emitting
  const upgrading = server as Upgrading
  const emitToOthers = emitting.emit
  const othersShouldUpgrade = upgrading.shouldUpgradeCallback

  const isBelow = ({ url = '' }: IncomingMessage): boolean =>
    !detached.signal.aborted && url.startsWith(path) && /^[/?]?$/.test(url.charAt(path.length))

  const emit: Emitting['emit'] = (event, ...given) => {
    if (event === 'request') {
      const [request, response] = given as Parameters<RequestListener>
      if (isBelow(request)) return (handlers.handleRequest(take(request, path), response), true)
    } else if (event === 'upgrade') {
      const [request, socket, head] = given as [IncomingMessage, Duplex, Buffer]
      if (isBelow(request)) return (handlers.handleUpgrade(take(request, path), socket, head), true)
    }
    return emitToOthers.call(server, event, ...given)
  }
  // Without a listener Node would not tell of upgrades.
  const onUpgrade = (_request: IncomingMessage, socket: Duplex): void => {
    if (isLastOfOurs(server, onUpgrade)) refuseUpgrade(socket, nobodyListens())
  }
  // With a listener, Node takes every offer of an upgrade for one, also those of clients who mean a request.
  const shouldUpgrade = (request: IncomingMessage): boolean => {
    if (isBelow(request)) return wantsWebSocket(request)
    if (othersShouldUpgrade === undefined || !(ours.has(othersShouldUpgrade) || hasOthers(server))) return false
    return othersShouldUpgrade.call(server, request)
  }

  ours.add(onUpgrade).add(shouldUpgrade)
  emitting.emit = emit
  server.on('upgrade', onUpgrade)
  if (othersShouldUpgrade) upgrading.shouldUpgradeCallback = shouldUpgrade

  return () => {
    // Whoever has put itself before us in the meantime still calls us.
    detached.abort()
    if (emitting.emit === emit) emitting.emit = emitToOthers
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
  return Object.assign(request, {
    url: rest.startsWith('/') ? rest : `/${rest}`,
    baseUrl: path,
    originalUrl,
  } satisfies Mounted & { url: string })
}

/** Whether anybody but us listens for upgrades. */
function hasOthers(server: Server): boolean {
  return server.listeners('upgrade').some((listener) => !ours.has(listener))
}

/** Nobody answers an upgrade that nobody knows, and a socket without an answer stays open for ever. */
function isLastOfOurs(server: Server, listener: object): boolean {
  return !hasOthers(server) && server.listeners('upgrade').at(-1) === listener
}

function nobodyListens(): RuntailError {
  return new RuntailError('not_found', { message: 'No WebSocket is served here.' })
}
