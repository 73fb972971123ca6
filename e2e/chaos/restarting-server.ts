// A port and a data folder enter, a server in a process of its own leaves that can be ended any way and comes back with the same data on the same port.

import type { Running } from '../test/support/process.ts'
import { serve } from '../test/support/server.ts'

/** A real `runtail serve`. */
export class RestartingServer implements AsyncDisposable {
  readonly #port: number
  readonly #folder: string
  #running: Running

  private constructor(port: number, folder: string, running: Running) {
    this.#port = port
    this.#folder = folder
    this.#running = running
  }

  /** Resolves when it serves. */
  static async start(port: number, folder: string): Promise<RestartingServer> {
    return new RestartingServer(port, folder, await serve(port, folder))
  }

  /** Resolves when it serves again. */
  async start(): Promise<void> {
    this.#running = await serve(this.#port, this.#folder)
  }

  /** Resolves when the process has ended. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.#running.kill(signal)
    await this.#running.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]()
  }
}
