// Two ends of one connection enter, bytes go both ways as the weather allows; in a silent direction nothing passes, not even the news of an end.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction } from './faults.ts'

/** What holds for all connections of a proxy at the moment; who waits for a change waits for `changed`. */
export interface Weather {
  readonly silent: ReadonlySet<Direction>
  readonly bytesPerSecond: number
  readonly delayMs: number
  readonly changed: Promise<void>
}

/** Throttled bytes go in pieces of this time. */
const PIECE_MS = 50

/** One connection through a proxy, from near (the client) to far (the server). */
export class Link {
  readonly #near: Socket
  readonly #far: Socket
  readonly #weather: () => Weather
  readonly #gone = new AbortController()
  #isStranded = false
  #isTruncating = false

  constructor(ends: { readonly near: Socket; readonly far: Socket }, weather: () => Weather) {
    this.#near = ends.near
    this.#far = ends.far
    this.#weather = weather
  }

  /** Carries bytes both ways; resolves when the connection is over. */
  async run(): Promise<void> {
    await Promise.all([this.#carry('up', this.#near, this.#far), this.#carry('down', this.#far, this.#near)])
    this.reset()
  }

  /** Resets both ends now. */
  reset(): void {
    this.#gone.abort()
    resetSocket(this.#near)
    resetSocket(this.#far)
  }

  /** Nothing passes any more, for ever. */
  strand(): void {
    this.#isStranded = true
  }

  /** The next bytes from the server are the last, and half of them are missing. */
  truncate(): void {
    this.#isTruncating = true
  }

  /** Tells one side that nothing more will come. */
  halfClose(side: 'client' | 'server'): void {
    if (side === 'client') this.#near.end()
    else this.#far.end()
  }

  async #carry(direction: Direction, from: Socket, to: Socket): Promise<void> {
    try {
      // An iterator that ends must leave the other direction of its socket alone.
      for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        await this.#passage(direction)
        if (direction === 'down' && this.#isTruncating) {
          to.end(chunk.subarray(0, Math.ceil(chunk.length / 2)))
          resetSocket(this.#far)
          return
        }
        await this.#pass(chunk, to)
      }
      await this.#passage(direction)
      to.end()
    } catch {
      // An end was reset, or this link was: that ends the other end too, as soon as anything gets through.
      await this.#passage(direction)
      this.reset()
    }
  }

  async #pass(chunk: Buffer, to: Socket): Promise<void> {
    const { delayMs, bytesPerSecond } = this.#weather()
    if (delayMs > 0) await sleep(delayMs, undefined, { signal: this.#gone.signal })
    const pieceLength = Math.max(1, Math.min(chunk.length, Math.floor((bytesPerSecond * PIECE_MS) / 1000)))
    for (let at = 0; at < chunk.length; at += pieceLength) {
      if (pieceLength < chunk.length) await sleep(PIECE_MS, undefined, { signal: this.#gone.signal })
      await written(to, chunk.subarray(at, at + pieceLength))
    }
  }

  /** Resolves when this direction is not silent. */
  async #passage(direction: Direction): Promise<void> {
    for (;;) {
      if (this.#gone.signal.aborted) return
      const { silent, changed } = this.#weather()
      if (this.#isStranded) await once(this.#gone.signal, 'abort')
      else if (silent.has(direction)) await changed
      else return
    }
  }
}

/** Resolves when the operating system has taken the bytes. */
function written(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** A socket that has said its end cannot be reset any more: Node would leave it open for ever. */
function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
