// Options and a way to open the drivers enter, a server with a life leaves: closed until it is needed, open, listening, closed for good.

import { RuntailError, toRuntailError } from '@runtail/core'
import type { IncomingMessage, RequestListener, Server as HttpServer, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { assemble, type Assembly, type Drivers } from './assembly.ts'
import type { Principal } from './authorize.ts'
import { sendError } from './http-io.ts'
import { assertMayListen, listen, type ListenAddress, type Listener } from './listener.ts'
import { assertMountPath, mount } from './mount.ts'
import type { ResolvedOptions } from './options.ts'
import { createRouter, type AppRouter } from './router.ts'
import type { Services } from './services.ts'
import { bearerToken, refusingContext } from './sessions.ts'
import type { RuntailContext } from './trpc.ts'
import { refuseUpgrade } from './websocket.ts'
import { wireError } from './wire-error.ts'

/** Options of {@link RuntailServer.attach}. */
export interface AttachOptions {
  /** The path below which Runtail answers. @default '/runtail' */
  readonly path?: string
}

/**
 * Who calls a router of yours: what tRPC's adapters for Node tell of it (with Fastify, `req.raw`), for `authenticate`, or who it is, where you
 * know, and under adapters without a request of Node's.
 */
export type ContextOptions =
  | {
      readonly req: IncomingMessage
      readonly info?: { readonly connectionParams?: Readonly<Record<string, string | undefined>> | null }
    }
  | { readonly principal: Principal }

/** A Runtail server, to run by itself or within a service of yours. */
export interface RuntailServer {
  /**
   * Opens the store, as the first request would, so that a service knows at its start whether it can.
   * @throws RuntailError `store_too_new`, `store_corrupt`, `store_unavailable`, `invalid_option`, `closed`
   */
  open(): Promise<void>
  /**
   * Opens the store and listens.
   * @throws RuntailError `cannot_listen`, `store_too_new`, `store_corrupt`, `store_unavailable`, `invalid_option`, `closed`
   */
  listen(): Promise<ListenAddress>
  /**
   * Stops: takes nothing new, stores and acknowledges what is under way, sends followers away, closes the store. Never rejects. Where the HTTP
   * server is yours, close this one first: yours waits for its sockets.
   */
  close(): Promise<void>
  /**
   * Serves everything (`/trpc` by WebSocket and HTTP, the plain endpoint, the demo, health, the dashboard) below a path of an HTTP server of
   * yours, whoever else handles its requests: `node:http` alone, Express (the server that `app.listen()` returns), Fastify (the server that a
   * `serverFactory` makes). Whatever is not below the path goes where it went before, to the server's listeners, which never hear of ours,
   * whether they were there before or come later. Clients connect to `ws://…/runtail/trpc`. Once closed, it answers that it is gone, until it
   * is detached.
   *
   * By what name your service is called is checked as ever: add it to `allowedHosts`. Give `authorize`, or only this machine is answered.
   * @returns what takes it off the server again; open sockets stay
   * @throws RuntailError `invalid_option`
   */
  attach(server: HttpServer | HttpsServer, options?: AttachOptions): () => void
  /**
   * Answers a request, for routes of yours that middleware goes before: `app.use('/runtail', runtail.handleRequest)` in Express, which takes the
   * path off the URL; elsewhere you take it off. Bodies that were parsed before (`express.json()`) are fine.
   */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** Makes a socket of an upgrade request whose URL is `/trpc` or `/ws/executions/…/logs`, or refuses it. */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /**
   * The procedures, for a tRPC router of yours under any adapter: `t.router({ runtail: runtail.router })`. What they need of the context comes
   * from {@link RuntailServer.createContext}. Their errors keep their shape there. Subscriptions need no socket of ours, but one of ours costs
   * less: it waits for slow readers, writes a log once for all followers, and notices the dead.
   */
  readonly router: AppRouter
  /**
   * What the procedures of `router` need of a context, to be spread into what your `createContext` gives. Opens the store where it is not open.
   * Never rejects: what is wrong shows in the calls.
   * @example createContext: async (opts) => ({ user: await userOf(opts.req), ...(await runtail.createContext(opts)) })
   * @example createContext: async (opts) => { const user = await userOf(opts.req); return { user, ...(await runtail.createContext({ principal: user })) } }
   */
  createContext(options: ContextOptions): Promise<RuntailContext>
}

/** How long a store that could not be opened is left alone. */
const REOPEN_AFTER_MS = 1000

/** The life of a server. */
export class Server implements RuntailServer {
  readonly router: AppRouter
  readonly #options: ResolvedOptions
  readonly #openDrivers: () => Promise<Drivers>
  #opening: Promise<Assembly> | undefined
  /** Filled when it opens, which whoever has a context for the router has seen to. */
  readonly #services = {} as Services
  #listening: Promise<Listener> | undefined
  #closing: Promise<void> | undefined

  constructor(options: ResolvedOptions, openDrivers: () => Promise<Drivers>) {
    this.#options = options
    this.#openDrivers = openDrivers
    this.router = createRouter(this.#services)
  }

  async open(): Promise<void> {
    await this.#open()
  }

  async listen(): Promise<ListenAddress> {
    assertMayListen(this.#options)
    await this.#open()
    if (this.#closing) throw closed()
    this.#listening ??= listen(this.#options, this)
    try {
      return (await this.#listening).address
    } catch (error) {
      await this.close()
      throw error
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  attach(server: HttpServer | HttpsServer, { path = '/runtail' }: AttachOptions = {}): () => void {
    assertMountPath(path)
    return mount(server, path, this)
  }

  readonly handleRequest: RequestListener = (request, response) => {
    this.#open()
      .then(({ handleRequest }) => handleRequest(request, response))
      .catch((error: unknown) => sendError(response, wireError(error)))
  }

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // While the store opens nobody else listens to this socket, and an error without a listener would end the process.
    const onError = (): void => void socket.destroy()
    socket.on('error', onError)
    this.#open()
      .then(({ sockets }) => sockets.handleUpgrade(request, socket, head))
      .catch((error: unknown) => refuseUpgrade(socket, wireError(error)))
      .finally(() => socket.off('error', onError))
  }

  async createContext(options: ContextOptions): Promise<RuntailContext> {
    try {
      const { sessions } = await this.#open()
      if ('principal' in options) return { runtail: sessions.openFor(options.principal) }
      const { req: request, info } = options
      return {
        runtail: await sessions.open({ token: info?.connectionParams?.['token'] ?? bearerToken(request), request }),
      }
    } catch (error) {
      return { runtail: refusingContext(wireError(error)) }
    }
  }

  #open(): Promise<Assembly> {
    if (this.#closing) return Promise.reject(closed())
    this.#opening ??= this.#assemble()
    return this.#opening
  }

  async #assemble(): Promise<Assembly> {
    try {
      const assembly = await assemble(this.#options, this.#openDrivers)
      Object.assign(this.#services, assembly.services)
      return assembly
    } catch (error) {
      // What can pass is tried again, but not by each request: a locked database holds up the whole process.
      if (toRuntailError(error).retryable) setTimeout(() => (this.#opening = undefined), REOPEN_AFTER_MS).unref()
      throw error
    }
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
