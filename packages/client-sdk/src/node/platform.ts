// Node's sockets, files and the end of its process enter; sockets that let the process end, one last delivery before it does, and a place to keep the rest, leave.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Platform } from '../platform.ts'
import { webPlatform } from '../platform.ts'
import type { WebSocketLike } from '../types.ts'
import { newContext } from './context.ts'
import { FileKeeper } from './file-keeper.ts'
import { ProcessHost } from './host.ts'

/** The platform of a Node process. */
export const nodePlatform: Platform = {
  letGo,
  onNetwork: webPlatform.onNetwork,
  newContext,
  host: (options) => new ProcessHost(options),
  keep: (options) => new FileKeeper(options),
}

/** The network's side of a socket: what `net.Socket` has. */
interface Unrefable {
  unref(): unknown
}

/** The `ws` package shows its network socket when the server has agreed to the upgrade. */
interface WsPackageSocket {
  on(event: 'upgrade', listener: (response: { readonly socket: Unrefable }) => void): unknown
}

/** Node's own WebSocket does not show its network socket; the channels on which Node tells tools about its connections do. */
const CONNECTED = 'undici:client:connected'
const OPENED = 'undici:websocket:open'

function letGo(webSocket: WebSocketLike): void {
  if (isOfWsPackage(webSocket)) webSocket.on('upgrade', ({ socket }) => socket.unref())
  else letGoNative(webSocket)
}

function isOfWsPackage(webSocket: object): webSocket is WsPackageSocket {
  return 'on' in webSocket && typeof webSocket.on === 'function'
}

interface NetSocket extends Unrefable {
  readonly localPort?: number
}

/** Connections that came up while we dial, among them ours: `undici:websocket:open` tells its port. */
function letGoNative(webSocket: WebSocketLike): void {
  const candidates = new Map<number, NetSocket>()
  const onConnected = (message: unknown): void => {
    const { socket } = message as { readonly socket?: NetSocket }
    if (socket?.localPort !== undefined) candidates.set(socket.localPort, socket)
  }
  const onOpened = (message: unknown): void => {
    const opened = message as { readonly websocket?: unknown; readonly address?: { readonly port?: number } }
    if (opened.websocket !== webSocket) return
    candidates.get(opened.address?.port ?? 0)?.unref()
    stop()
  }
  const stop = (): void => {
    unsubscribe(CONNECTED, onConnected)
    unsubscribe(OPENED, onOpened)
    candidates.clear()
  }
  subscribe(CONNECTED, onConnected)
  subscribe(OPENED, onOpened)
  webSocket.addEventListener('close', stop)
}
