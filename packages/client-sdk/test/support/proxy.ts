// A TCP proxy between a client and a server that can cut, freeze and turn away: what networks do.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy in front of one port. */
export class Proxy {
  readonly port: number
  #target: number
  #phase: 'open' | 'frozen' | 'down' = 'open'
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #accepted = 0

  constructor(port: number, target: number) {
    this.port = port
    this.#target = target
  }

  /** Connections that ever came. */
  get accepted(): number {
    return this.#accepted
  }

  /** Ends all connections, in the middle of whatever goes on. New ones are taken. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  /** Nothing goes through any more, and nobody is told; new connections are accepted and hang as well. */
  freeze(): void {
    this.#phase = 'frozen'
    for (const [near, far] of this.#pairs) {
      near.pause()
      far.pause()
    }
  }

  /** What was held back goes through. */
  resume(): void {
    this.#phase = 'open'
    for (const [near, far] of this.#pairs) {
      near.resume()
      far.resume()
    }
  }

  /** Cuts, and turns new connections away until {@link Proxy.resume}. */
  goDown(): void {
    this.#phase = 'down'
    this.cut()
  }

  /** Where new connections lead. */
  retarget(port: number): void {
    this.#target = port
  }

  /** Called by the listener. */
  take(near: Socket): void {
    this.#accepted += 1
    near.on('error', () => {})
    if (this.#phase === 'down') {
      near.resetAndDestroy()
      return
    }
    const far = connect(this.#target, '127.0.0.1')
    far.on('error', () => near.resetAndDestroy())
    const pair = [near, far] as const
    this.#pairs.add(pair)
    const end = (): void => {
      this.#pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    near.on('close', end)
    far.on('close', end)
    near.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk) => near.write(chunk))
    if (this.#phase === 'frozen') {
      near.pause()
      far.pause()
    }
  }
}

/** Starts one on a free port. */
export async function startProxy(target: number): Promise<Proxy> {
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const proxy = new Proxy((listener.address() as AddressInfo).port, target)
  listener.on('connection', (socket) => proxy.take(socket))
  onTestFinished(() => {
    proxy.cut()
    listener.close()
  })
  return proxy
}
