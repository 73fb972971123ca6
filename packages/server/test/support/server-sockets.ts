// The server's ends of connections, which the server itself does not show: what a test needs to see how much lies unsent.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'

const CHANNEL = 'net.server.socket'

/** Every connection that servers of this process accept from now on, in the order in which they came. */
export function acceptedSockets(): readonly Socket[] {
  const sockets: Socket[] = []
  const onSocket = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket)
  subscribe(CHANNEL, onSocket)
  onTestFinished(() => void unsubscribe(CHANNEL, onSocket))
  return sockets
}

/** Measures the most that ever lies unsent on a connection. */
export function mostUnsent(socket: Socket): { readonly bytes: number } {
  const most = { bytes: 0 }
  const write = socket._write.bind(socket)
  const look = (): void => {
    most.bytes = Math.max(most.bytes, socket.writableLength)
  }
  socket._write = (...args) => {
    look()
    write(...args)
  }
  const timer = setInterval(look, 1)
  onTestFinished(() => clearInterval(timer))
  return most
}
