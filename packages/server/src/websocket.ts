// Upgrade requests enter, served sockets leave: bounded in number, size and silence; invariants 6 and 7.

import { CLOSE_CODES, RuntailError } from '@runtail/core'
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type Server } from 'ws'
import { admittedUrl } from './admitted-url.ts'
import { flowSocketClass, type FlowSocket, type FlowSocketClass } from './flow-socket.ts'
import { beginLiveness, observe, type Liveness, type Sample } from './liveness.ts'
import type { ResolvedOptions } from './options.ts'
import { plainRequest, servePlain } from './plain-endpoint.ts'
import type { AppRouter } from './router.ts'
import type { Services } from './services.ts'
import type { Sessions } from './sessions.ts'
import { TrpcSocket, type TrpcServer } from './trpc-socket.ts'
import { httpStatus, wireError } from './wire-error.ts'

/** What {@link SocketServer} is made from. */
export interface SocketServerOptions {
  readonly router: AppRouter
  readonly services: Services
  readonly sessions: Sessions
  readonly options: ResolvedOptions
  /** Told about every error on a socket, with the procedure where there is one. */
  readonly onError: (error: unknown, where: string) => void
}

/** How long a planned stop waits for peers to take its goodbye. */
const GOODBYE_MS = 1000

interface Connection {
  readonly socket: FlowSocket
  readonly tcp: Socket
  liveness: Liveness
}

/** Serves `/trpc` and the plain endpoint. */
export class SocketServer {
  readonly #made: SocketServerOptions
  readonly #server: Server<FlowSocketClass>
  readonly #trpc: TrpcServer
  readonly #connections = new Map<unknown, Connection>()
  readonly #timer: NodeJS.Timeout

  constructor(made: SocketServerOptions) {
    this.#made = made
    const { limits, keepAlive, flow } = made.options
    this.#server = new WebSocketServer({
      noServer: true,
      WebSocket: flowSocketClass(flow),
      clientTracking: false,
      maxPayload: limits.frameBytes,
      ...closeTimeout(keepAlive.pongWithinMs),
      // Deflated frames can be shared neither between followers nor within the time of one tick.
      perMessageDeflate: false,
    })
    this.#trpc = { ...made, limits }
    // A quarter of the waiting time is also what a peer's silence may be noticed too late.
    this.#timer = setInterval(() => this.#watchLiveness(), Math.max(1, keepAlive.pingAfterMs / 4))
    this.#timer.unref()
  }

  /** How many sockets are served. */
  get size(): number {
    return this.#connections.size
  }

  /** Makes a socket of an upgrade request, or refuses it. Never throws. */
  handleUpgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    try {
      const serve = this.#admit(request)
      this.#server.handleUpgrade(request, tcp, head, (socket) => {
        this.#keep(socket, request.socket)
        serve(socket)
      })
    } catch (error) {
      refuseUpgrade(tcp, wireError(error))
    }
  }

  /** Tells every peer that the server goes away, after what was sent to it before; resolves when all sockets are closed. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const closing = [...this.#connections.values()].map(async ({ socket }) => {
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close(CLOSE_CODES.goingAway, 'The server stops')
      await closed
    })
    // Until everybody has left nobody can come to the next server.
    const timer = setTimeout(() => {
      for (const { socket } of this.#connections.values()) socket.terminate()
    }, GOODBYE_MS)
    await Promise.all(closing)
    clearTimeout(timer)
  }

  /** Knows a socket until it closes. Apart from the upgrade, whose request would otherwise be kept as long. */
  #keep(socket: FlowSocket, tcp: Socket): void {
    socket.tcp = tcp
    this.#connections.set(socket, { socket, tcp, liveness: beginLiveness(sample(socket, tcp)) })
    // It comes once, and to wait for that costs a quarter of a kilobyte less than `once`.
    socket.on('close', () => {
      this.#connections.delete(socket)
      socket.gate.close()
    })
  }

  /** What will serve the socket. @throws RuntailError */
  #admit(request: IncomingMessage): (socket: FlowSocket) => void {
    const { options, services, sessions, onError } = this.#made
    const url = admittedUrl(request, options)
    if (this.#connections.size >= options.limits.sockets) {
      throw new RuntailError('overloaded', { message: 'Too many connections. Try again later.' })
    }
    if (url.pathname === '/trpc' || url.pathname === '/trpc/') {
      return (socket) => void new TrpcSocket(this.#trpc, socket, request)
    }
    const asked = plainRequest(url, request)
    if (asked) {
      const report = (error: RuntailError): void => onError(error, 'plain endpoint')
      return (socket) => servePlain(socket, { asked, request, services, sessions, onError: report })
    }
    throw new RuntailError('not_found', {
      message: 'No WebSocket is served here: see /trpc and /ws/executions/{id}/logs.',
    })
  }

  #watchLiveness(): void {
    const { keepAlive, logger } = this.#made.options
    for (const connection of this.#connections.values()) {
      const { socket, tcp } = connection
      if (socket.readyState !== socket.OPEN) continue
      const { liveness, action } = observe(connection.liveness, sample(socket, tcp), keepAlive)
      connection.liveness = liveness
      if (action === 'ping') socket.ping()
      if (action === 'terminate') socket.terminate()
      if (action === 'close_slow') {
        logger.info(`A peer took nothing for ${keepAlive.stallMs} ms and is closed with ${CLOSE_CODES.tooSlow}`)
        socket.close(CLOSE_CODES.tooSlow, 'Nothing was read for too long')
      }
    }
  }
}

/** Whoever does not take a close or complete one, on whichever side it began, is ended after this time. The types of `ws` do not know the option yet. */
function closeTimeout(ms: number): object {
  return { closeTimeout: ms }
}

function sample(socket: FlowSocket, tcp: Socket): Sample {
  return {
    nowMs: performance.now(),
    receivedBytes: tcp.bytesRead,
    flushedBytes: tcp.bytesWritten - tcp.writableLength,
    unsentBytes: socket.bufferedAmount,
  }
}

/** Answers and ends a connection that stays HTTP. Unanswered it would stay open and unserved. */
export function refuseUpgrade(tcp: Duplex, error: RuntailError): void {
  const body = JSON.stringify({ error: { code: error.code, message: error.message } })
  const status = httpStatus(error)
  // The HTTP server has let go of the socket, and an error without a listener would end the process.
  tcp.on('error', () => tcp.destroy())
  tcp.once('finish', () => tcp.destroy())
  tcp.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
}
