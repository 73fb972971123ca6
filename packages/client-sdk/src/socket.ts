// One WebSocket of whatever make enters; opened, text messages and exactly one end leave, and the end comes at once: on close(), and within 8 s when the other side is gone.

import { CLOSE_CODES, KEEP_ALIVE, RuntailError } from '@runtail/core'
import { startTicks, startTimer } from './timers.ts'
import type { WebSocketConstructor, WebSocketLike } from './types.ts'

/** How a socket ended. */
export interface SocketEnd {
  readonly error: RuntailError
  /** The server said who we are is not enough. */
  readonly refused: boolean
}

/** What a socket tells. */
export interface SocketListener {
  opened(): void
  message(text: string): void
  /** The last call, and exactly one. */
  ended(end: SocketEnd): void
}

/** What {@link Socket} is made from. */
export interface SocketOptions {
  readonly WebSocket: WebSocketConstructor
  readonly url: string
  /** Makes what is sent first, before `opened`; a rejection ends the socket. */
  readonly greet: (() => Promise<string>) | undefined
  /** Milliseconds until the socket must be open and the greeting sent. */
  readonly connectTimeoutMs: number
  /** Told about the new WebSocket, before it is open. */
  readonly onCreate: (webSocket: WebSocketLike) => void
}

/** Silence is counted in ticks lived through, so a program that blocks its event loop, or a laptop that sleeps, is not taken for a dead server. */
const TICK_MS = 1000
const PING_AFTER_TICKS = KEEP_ALIVE.pingAfterMs / TICK_MS
const DEAD_AFTER_TICKS = PING_AFTER_TICKS + KEEP_ALIVE.pongWithinMs / TICK_MS

/** Codes that say who we are is not enough. */
const REFUSALS: ReadonlySet<number> = new Set([CLOSE_CODES.unauthorized, CLOSE_CODES.forbidden])

/** A connection to one server, from its dial to its end. */
export class Socket {
  readonly #webSocket: WebSocketLike
  readonly #options: SocketOptions
  readonly #listener: SocketListener
  #phase: 'opening' | 'open' | 'ended' = 'opening'
  #silentTicks = 0
  #stopTimer: () => void
  #problem = ''

  /** Dials. Throws what the WebSocket's constructor throws, such as a page's policy against it. */
  constructor(options: SocketOptions, listener: SocketListener) {
    this.#options = options
    this.#listener = listener
    this.#webSocket = new options.WebSocket(options.url)
    this.#stopTimer = startTimer(options.connectTimeoutMs, () => {
      this.#end(`nobody answered within ${options.connectTimeoutMs} ms`)
    })
    options.onCreate(this.#webSocket)
    this.#webSocket.addEventListener('open', () => void this.#greet())
    this.#webSocket.addEventListener('message', ({ data }) => this.#receive(data))
    this.#webSocket.addEventListener('error', ({ message }) => this.#note(message))
    this.#webSocket.addEventListener('close', ({ code, reason }) => {
      this.#end(reason || this.#problem || `closed with code ${code}`, code)
    })
  }

  /** Sends a message. Only while open. */
  send(text: string): void {
    if (this.#phase === 'open') this.#webSocket.send(text)
  }

  /** Ends it now, without waiting for the other side to agree. */
  close(error: RuntailError): void {
    this.#finish({ error, refused: error.code === 'unauthorized' })
  }

  /** Something hints that the other side is gone: it must answer soon. */
  probe(): void {
    if (this.#phase !== 'open' || this.#silentTicks >= PING_AFTER_TICKS) return
    this.#silentTicks = PING_AFTER_TICKS
    this.#webSocket.send('PING')
  }

  async #greet(): Promise<void> {
    try {
      const greeting = await this.#options.greet?.()
      if (this.#phase !== 'opening') return
      if (greeting !== undefined) this.#webSocket.send(greeting)
    } catch (cause) {
      this.#end(`the token function failed: ${cause instanceof Error ? cause.message : String(cause)}`)
      return
    }
    this.#phase = 'open'
    this.#stopTimer()
    this.#stopTimer = startTicks(TICK_MS, () => this.#tick())
    this.#listener.opened()
  }

  #receive(data: unknown): void {
    if (this.#phase === 'ended') return
    // Whatever comes is a sign of life.
    this.#silentTicks = 0
    if (data === 'PONG') return
    if (data === 'PING') this.#webSocket.send('PONG')
    else if (typeof data === 'string') this.#listener.message(data)
    else this.#end('the server sent a binary message: is this the address of a Runtail server?')
  }

  #tick(): void {
    this.#silentTicks += 1
    if (this.#silentTicks === PING_AFTER_TICKS) this.#webSocket.send('PING')
    if (this.#silentTicks >= DEAD_AFTER_TICKS) this.#end('the server fell silent')
  }

  #note(message: unknown): void {
    if (typeof message === 'string') this.#problem = message
  }

  #end(reason: string, code?: number): void {
    const refused = code !== undefined && REFUSALS.has(code)
    const { url } = this.#options
    const error = refused
      ? new RuntailError('unauthorized', {
          message: `The server refused the connection (${reason}). Give createClient a valid token.`,
          data: { url, close_code: code },
        })
      : new RuntailError('disconnected', {
          message: `${this.#phase === 'opening' ? 'Cannot connect to' : 'Lost the connection to'} ${url}: ${reason}.`,
          data: { url, ...(code === undefined ? {} : { close_code: code }) },
        })
    this.#finish({ error, refused })
  }

  #finish(end: SocketEnd): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.#stopTimer()
    closeQuietly(this.#webSocket)
    this.#listener.ended(end)
  }
}

/** A WebSocket that never opened reports its closing as an error, which has its listener; `terminate` is of the `ws` package, whose close waits 30 s for a dead peer. */
function closeQuietly(webSocket: WebSocketLike & { terminate?: () => void }): void {
  webSocket.close(1000)
  if (!webSocket.terminate) return
  const terminate = (): void => webSocket.terminate?.()
  const cancel = startTimer(1000, terminate)
  webSocket.addEventListener('close', cancel)
}
