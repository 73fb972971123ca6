// A program's output enters, the same bytes leave at once; each piece is also handed over, and reading rests while anybody cannot take more.

import type { Readable, Writable } from 'node:stream'

/** Why reading rests: whoever shows the bytes is slow, or the server is, or everybody else shall have a turn. */
type Hold = 'sink' | 'server' | 'turn'

/** Where a relay writes to, and who gets the pieces. */
export interface RelayOptions {
  /** Where the bytes are shown. @default nowhere */
  readonly sink?: Writable
  readonly onChunk: (chunk: Uint8Array) => void
}

/** Passes a stream through. When its sink is gone (`| head`), so is the source, as if the two were connected directly. */
export class Relay {
  /** Resolves when the source has ended and all of it was handed over. */
  readonly done: Promise<void>
  readonly #source: Readable
  readonly #holds = new Set<Hold>()

  constructor(source: Readable, { sink, onChunk }: RelayOptions) {
    this.#source = source
    const { promise, resolve } = Promise.withResolvers<void>()
    this.done = promise
    source.on('close', () => resolve())
    // A source that breaks off has ended; what came before counts.
    source.on('error', () => source.destroy())
    sink?.on('error', () => source.destroy())
    source.on('data', (chunk: Uint8Array) => {
      if (sink?.write(chunk) === false) {
        this.hold('sink')
        sink.once('drain', () => this.free('sink'))
      }
      onChunk(chunk)
      // A fast program has the next piece ready at once; without a turn for the others the server would never be heard.
      this.hold('turn')
      setImmediate(() => this.free('turn'))
    })
  }

  /** Reads nothing any more; harmless where it has ended. */
  stop(): void {
    this.#source.destroy()
  }

  /** Reads nothing more until {@link Relay.free} for the same reason. */
  hold(reason: Hold): void {
    this.#holds.add(reason)
    this.#source.pause()
  }

  free(reason: Hold): void {
    if (this.#holds.delete(reason) && this.#holds.size === 0) this.#source.resume()
  }
}
