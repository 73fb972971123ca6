// Needs, hints and sockets enter, one connection leaves: the thin runner of connection-state.ts. The only code that dials.

import { RuntailError } from '@runtail/core'
import { MAX_BACKOFF_MS } from './backoff.ts'
import { Changes } from './changes.ts'
import {
  INITIAL,
  isDialing,
  isUp,
  next,
  statusOf,
  type ConnectionEvent,
  type ConnectionState,
  type Ending,
} from './connection-state.ts'
import type { Platform } from './platform.ts'
import { Socket, type SocketEnd } from './socket.ts'
import { startTimer } from './timers.ts'
import type { Connection, ConnectionSnapshot, ConnectionStatus, WebSocketConstructor } from './types.ts'

/** What the runner needs from outside. */
export interface ConnectionOptions {
  readonly url: string
  readonly token: string | (() => string | Promise<string>) | undefined
  readonly WebSocket: WebSocketConstructor
  readonly connectTimeoutMs: number
  readonly platform: Platform
  readonly onError: (error: unknown) => void
  /** @default Math.random */
  readonly random?: () => number
}

/** Who uses the connection. */
export interface ConnectionUser {
  /** A connection is there: whatever waits can be sent. */
  opened(): void
  /** It is gone, and every answer that was outstanding with it. */
  lost(error: RuntailError): void
  /** Attempts keep failing. */
  failing(error: RuntailError): void
  message(text: string): void
}

/** The one connection of a client. */
export class ConnectionRunner implements Connection {
  readonly subscribe: Connection['subscribe']
  readonly #options: ConnectionOptions
  readonly #random: () => number
  readonly #changes: Changes
  readonly #stopHints: () => void
  #user: ConnectionUser | undefined
  #state: ConnectionState = INITIAL
  #snapshot: ConnectionSnapshot = { status: 'disconnected', sinceMs: Date.now(), attempt: 0 }
  #current: Socket | undefined
  #dialing: { readonly socket: Socket; readonly dial: number } | undefined
  #cancelRetry: () => void = () => {}

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#changes = new Changes(options.onError)
    this.subscribe = this.#changes.subscribe
    this.#stopHints = options.platform.onNetwork((hint) => {
      this.#current?.probe()
      this.#apply({ type: hint })
    })
  }

  get status(): ConnectionStatus {
    return this.#snapshot.status
  }

  readonly getSnapshot = (): ConnectionSnapshot => this.#snapshot

  /** Names the one user; before the first need. */
  attach(user: ConnectionUser): void {
    this.#user = user
  }

  get isUp(): boolean {
    return isUp(this.#state)
  }

  /** Somebody wants a connection. Harmless to repeat. */
  need(): void {
    this.#apply({ type: 'needed' })
  }

  /** Dials now: cuts a wait short, and replaces a connection or an attempt that hangs. */
  reconnect(): void {
    this.#apply({ type: 'reconnect' })
  }

  /** The server asked its clients to move. */
  handOver(): void {
    this.#apply({ type: 'hand_over', nowMs: Date.now(), random: this.#random() })
  }

  /** The connection is of no use as it is: the server says we are nobody, or talks nonsense. */
  drop(error: RuntailError): void {
    this.#current?.close(error)
  }

  send(text: string): void {
    this.#current?.send(text)
  }

  /** The end of all; harmless to repeat. */
  close(): void {
    this.#stopHints()
    this.#apply({ type: 'close' })
  }

  #apply(event: ConnectionEvent): void {
    const before = this.#state
    this.#state = next(before, event)
    if (this.#state !== before) this.#carryOut()
  }

  /** Makes the world agree with the state. */
  #carryOut(): void {
    const state = this.#state
    if (this.#dialing && !(isDialing(state) && this.#dialing.dial === state.dial)) this.#hangUp('dialing')
    if (this.#current && !isUp(state)) this.#hangUp('current')
    this.#cancelRetry()
    if (state.retryAtMs !== undefined) {
      // A clock that was set back must not become a wait.
      const waitMs = Math.min(MAX_BACKOFF_MS, state.retryAtMs - Date.now())
      this.#cancelRetry = startTimer(waitMs, () => this.#apply({ type: 'due' }))
    }
    this.#show()
    if (isDialing(state) && !this.#dialing) this.#dial(state.dial)
  }

  #dial(dial: number): void {
    try {
      this.#dialing = { socket: this.#newSocket(), dial }
    } catch (cause) {
      const error = new RuntailError('disconnected', {
        message: `Cannot connect to ${this.#options.url}: ${cause instanceof Error ? cause.message : String(cause)}.`,
        cause,
      })
      this.#apply({ type: 'failed', ...this.#ending({ error, refused: false }) })
    }
  }

  #newSocket(): Socket {
    const { url, token, platform, WebSocket, connectTimeoutMs } = this.#options
    const socket: Socket = new Socket(
      {
        WebSocket,
        connectTimeoutMs,
        url: token === undefined ? url : withParams(url),
        greet:
          token === undefined ? undefined : async () => greeting(typeof token === 'string' ? token : await token()),
        onCreate: (webSocket) => platform.letGo(webSocket),
      },
      {
        opened: () => this.#opened(socket),
        message: (text) => {
          if (socket === this.#current) this.#tell((user) => user.message(text))
        },
        ended: (end) => this.#ended(socket, end),
      },
    )
    return socket
  }

  #opened(socket: Socket): void {
    const replaced = this.#current
    this.#dialing = undefined
    this.#current = socket
    this.#apply({ type: 'opened', nowMs: Date.now() })
    if (replaced) {
      const error = new RuntailError('disconnected', { message: 'The server asked to move to another connection.' })
      replaced.close(error)
      this.#tell((user) => user.lost(error))
    }
    this.#tell((user) => user.opened())
  }

  #ended(socket: Socket, { error, refused }: SocketEnd): void {
    if (socket === this.#dialing?.socket) {
      this.#dialing = undefined
      this.#apply({ type: 'failed', ...this.#ending({ error, refused }) })
      if (this.status === 'error') this.#tell((user) => user.failing(error))
    } else if (socket === this.#current) {
      this.#current = undefined
      this.#apply({ type: 'lost', ...this.#ending({ error, refused }) })
      this.#tell((user) => user.lost(error))
    }
  }

  #ending(end: SocketEnd): Ending {
    return { ...end, nowMs: Date.now(), random: this.#random() }
  }

  /** Forgets a socket first, so that its end is no event any more. */
  #hangUp(which: 'dialing' | 'current'): void {
    const error = new RuntailError('disconnected', { message: 'The connection was closed on purpose.' })
    if (which === 'dialing') {
      const dialing = this.#dialing
      this.#dialing = undefined
      dialing?.socket.close(error)
    } else {
      const current = this.#current
      this.#current = undefined
      current?.close(error)
      this.#tell((user) => user.lost(error))
    }
  }

  /** What a program's own callbacks throw must not stop the socket that called them. */
  #tell(what: (user: ConnectionUser) => void): void {
    try {
      if (this.#user) what(this.#user)
    } catch (thrown) {
      this.#options.onError(thrown)
    }
  }

  #show(): void {
    const { attempt, retryAtMs, error } = this.#state
    const status = statusOf(this.#state)
    this.#snapshot = {
      status,
      sinceMs: status === this.#snapshot.status ? this.#snapshot.sinceMs : Date.now(),
      attempt: isUp(this.#state) ? 0 : attempt,
      ...(retryAtMs === undefined || isUp(this.#state) ? {} : { retryAtMs }),
      ...(error === undefined ? {} : { error }),
    }
    this.#changes.emit()
  }
}

/** The address to dial where a greeting comes first: tRPC's sign that the first message tells who we are. */
export function withParams(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}connectionParams=1`
}

/** What a connection says first, where there is a token. */
export function greeting(token: string): string {
  return JSON.stringify({ method: 'connectionParams', data: { token } })
}
