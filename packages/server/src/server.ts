// Options and a way to open the drivers enter, a server with a life leaves: closed until it is needed, open, listening, closed for good.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { assemble, type Assembly, type Drivers } from './assembly.ts'
import { sendError } from './http-io.ts'
import { assertMayListen, listen, type ListenAddress, type Listener } from './listener.ts'
import type { ResolvedOptions } from './options.ts'
import { refuseUpgrade } from './websocket.ts'
import { wireError } from './wire-error.ts'

/** A Runtail server, to run by itself or in an HTTP server of yours. */
export interface RuntailServer {
  /**
   * Opens the store and listens.
   * @throws RuntailError `cannot_listen`, `store_too_new`, `store_corrupt`, `store_unavailable`, `closed`
   */
  listen(): Promise<ListenAddress>
  /** Stops: takes nothing new, stores and acknowledges what is under way, sends followers away, closes the store. Never rejects. */
  close(): Promise<void>
  /** Answers a request, for an HTTP server of yours: what its host may reach, `authorize` has to say. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  /** Makes a socket of an upgrade request, for an HTTP server of yours. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** The life of a server. */
export class Server implements RuntailServer {
  readonly #options: ResolvedOptions
  readonly #openDrivers: () => Promise<Drivers>
  #opening: Promise<Assembly> | undefined
  #listening: Promise<Listener> | undefined
  #closing: Promise<void> | undefined

  constructor(options: ResolvedOptions, openDrivers: () => Promise<Drivers>) {
    this.#options = options
    this.#openDrivers = openDrivers
  }

  async listen(): Promise<ListenAddress> {
    assertMayListen(this.#options)
    if (this.#closing) throw closed()
    this.#listening ??= this.#startListening()
    return (await this.#listening).address
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#open()
      .then(({ handleRequest }) => handleRequest(request, response))
      .catch((error: unknown) => sendError(response, wireError(error)))
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // While the store opens nobody else listens to this socket, and an error without a listener would end the process.
    const onError = (): void => void socket.destroy()
    socket.on('error', onError)
    this.#open()
      .then(({ sockets }) => sockets.handleUpgrade(request, socket, head))
      .catch((error: unknown) => refuseUpgrade(socket, wireError(error)))
      .finally(() => socket.off('error', onError))
  }

  async #startListening(): Promise<Listener> {
    await this.#open()
    try {
      return await listen(this.#options, {
        handleRequest: (request, response) => this.handleRequest(request, response),
        handleUpgrade: (request, socket, head) => this.handleUpgrade(request, socket, head),
      })
    } catch (error) {
      this.#listening = undefined
      await this.close()
      throw error
    }
  }

  #open(): Promise<Assembly> {
    if (this.#closing) return Promise.reject(closed())
    this.#opening ??= this.#openDrivers().then((drivers) => assemble(this.#options, drivers))
    return this.#opening
  }

  async #stop(): Promise<void> {
    const assembly = await this.#opening?.catch(nothingToStop)
    const listener = await this.#listening?.catch(nothingToStop)
    await assembly?.stop(listener)
  }
}

/** Whoever wanted it opened was told why it could not be. */
function nothingToStop(): undefined {
  return undefined
}

function closed(): RuntailError {
  return new RuntailError('closed', { message: 'This server was closed. Create another one.' })
}
