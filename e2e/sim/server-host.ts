// Crashes, stops and starts enter, whoever listens at one address leaves: a node with its lives, one after another.

import type { Link } from './link.ts'
import type { Host } from './network.ts'
import type { ServerProcess } from './server-node.ts'
import type { ServerSocket } from './server-socket.ts'

/** Makes the process of one life. */
export type StartProcess = (onCrash: (when: string) => void) => ServerProcess

/** One address. */
export class ServerHost implements Host {
  readonly name: string
  readonly #start: StartProcess
  readonly #trace: (text: string) => void
  #process: ServerProcess | undefined
  #phase: 'down' | 'up' | 'draining' = 'down'

  constructor(name: string, start: StartProcess, trace: (text: string) => void) {
    this.name = name
    this.#start = start
    this.#trace = trace
  }

  get isListening(): boolean {
    return this.#phase === 'up'
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  accept(link: Link): ServerSocket {
    if (!this.#process) throw new Error(`Nobody listens at ${this.name}.`)
    return this.#process.accept(link)
  }

  /** Harmless while it runs. */
  start(): void {
    if (this.#process) return
    this.#trace(`${this.name} starts`)
    this.#phase = 'up'
    const process = this.#start((when) => {
      if (process === this.#process) this.crash('killed', when)
    })
    this.#process = process
  }

  crash(how: 'killed' | 'unplugged', when: string): void {
    if (!this.#process) return
    this.#trace(`${this.name} dies (${how}) ${when}`)
    this.#process.crash(how)
    this.#gone()
  }

  /** A planned stop, with a hand-over to others where there are any. Resolves when it is down. */
  async stop(handOver: (() => Promise<void>) | undefined): Promise<void> {
    const process = this.#process
    if (!process || this.#phase !== 'up') return
    this.#phase = 'draining'
    if (handOver) {
      this.#trace(`${this.name} asks its clients to move`)
      process.announceEnd()
      await handOver()
    }
    this.#trace(`${this.name} stops as planned`)
    await process.stop()
    if (process === this.#process) this.#gone()
  }

  #gone(): void {
    this.#process = undefined
    this.#phase = 'down'
  }
}
