// Connections to a port of our own enter, connections to a server leave, with every fault of a network in between; also counts who knocks.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Direction, Fault } from './faults.ts'
import { Link, type Weather } from './link.ts'

const FAIR = { silent: new Set<Direction>(), bytesPerSecond: Infinity, delayMs: 0 }

/** A proxy in front of one port of this machine. */
export class Proxy implements AsyncDisposable {
  readonly port: number
  readonly #listener: Server
  readonly #links = new Set<Link>()
  readonly #attempts: number[] = []
  #target: number
  #phase: 'open' | 'down' = 'open'
  #weather: Weather
  #change = Promise.withResolvers<void>()

  private constructor(listener: Server, target: number) {
    this.#listener = listener
    this.#target = target
    this.#weather = { ...FAIR, changed: this.#change.promise }
    this.port = (listener.address() as AddressInfo).port
    listener.on('connection', (near) => this.#take(near))
  }

  /** Starts one on a free port. */
  static async start(target: number): Promise<Proxy> {
    const listener = createServer({ allowHalfOpen: true, noDelay: true })
    listener.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
    await once(listener, 'listening')
    return new Proxy(listener, target)
  }

  /** When connections came, also those that were refused: Unix milliseconds, ascending. */
  get attempts(): readonly number[] {
    return this.#attempts
  }

  /** How many connections ever came. */
  get accepted(): number {
    return this.#attempts.length
  }

  /** Lets a fault happen, in place of what lasts from an earlier one. */
  apply(fault: Fault): void {
    switch (fault.type) {
      case 'cut':
        return this.cut()
      case 'truncate':
        for (const link of this.#links) link.truncate()
        return
      case 'half_close':
        for (const link of this.#links) link.halfClose(fault.side)
        return
      case 'freeze':
        return this.freeze(fault.direction)
      case 'refuse':
        return this.goDown()
      case 'throttle':
        return this.#turn({ ...FAIR, bytesPerSecond: fault.bytesPerSecond })
      case 'delay':
        return this.#turn({ ...FAIR, delayMs: fault.delayMs })
    }
  }

  /** Resets all connections. New ones are taken. */
  cut(): void {
    for (const link of this.#links) link.reset()
  }

  /** Nothing passes, and nobody is told; new connections are taken and hang as well. */
  freeze(direction: Direction | 'both' = 'both'): void {
    this.#turn({ ...FAIR, silent: new Set(direction === 'both' ? ['up', 'down'] : [direction]) })
  }

  /** The present connections fall silent for ever; new ones are well. */
  strand(): void {
    for (const link of this.#links) link.strand()
  }

  /** Resets all connections, and new ones too. */
  goDown(): void {
    this.#phase = 'down'
    this.cut()
  }

  /** All is well again: what was held back passes. */
  resume(): void {
    this.#phase = 'open'
    this.#turn(FAIR)
  }

  /** Where new connections lead. */
  retarget(port: number): void {
    this.#target = port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    this.goDown()
    await closed
  }

  #turn(weather: Omit<Weather, 'changed'>): void {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
    this.#weather = { ...weather, changed: this.#change.promise }
  }

  #take(near: Socket): void {
    this.#attempts.push(Date.now())
    near.on('error', shownByTheLink)
    if (this.#phase === 'down') {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    far.on('error', shownByTheLink)
    const link = new Link({ near, far }, () => this.#weather)
    this.#links.add(link)
    const forget = (): void => void this.#links.delete(link)
    link.run().then(forget, forget)
  }
}

/** An error without a listener would end the process. */
function shownByTheLink(): void {}
