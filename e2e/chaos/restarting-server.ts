// A data folder enters, a server in a process of its own leaves that can be ended any way and comes back with the same data; proxies before it find it again.

import type { Running } from '../test/support/process.ts'
import { runtail } from '../test/support/server.ts'
import { Proxy } from './proxy.ts'

/** Nobody listens there: while a server is down, a connection to its own former port could meet itself. */
const NOWHERE = 1

/** A real `runtail serve`, on another free port each time. */
export class RestartingServer implements AsyncDisposable {
  readonly #folder: string
  readonly #proxies: Proxy[] = []
  #running: Running | undefined
  #port = NOWHERE

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Resolves when it serves. */
  static async start(folder: string): Promise<RestartingServer> {
    const server = new RestartingServer(folder)
    await server.start()
    return server
  }

  /** Resolves when it serves again. */
  async start(): Promise<void> {
    this.#running = runtail(NOWHERE, ['serve', '--port', '0', '--data', this.#folder])
    const [, port] = await this.#running.until(/http:\/\/localhost:(\d+)/)
    this.#lead(Number(port))
  }

  /** Resolves when the process has ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#running?.kill(signal)
    await this.#running?.exited
    this.#lead(NOWHERE)
  }

  /** Starts a proxy before it. */
  async proxy(): Promise<Proxy> {
    const proxy = await Proxy.start(this.#port)
    this.#proxies.push(proxy)
    return proxy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy[Symbol.asyncDispose]()))
    await this.#running?.[Symbol.asyncDispose]()
  }

  #lead(port: number): void {
    this.#port = port
    for (const proxy of this.#proxies) proxy.retarget(port)
  }
}
