// Two ends enter, one simulated TCP connection between them leaves, which can be slow, freeze, break visibly or break in silence.

import { Pipe, type PipeSpeed } from './pipe.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What an end hears of the connection. */
export interface LinkEnd {
  /** The connection broke. */
  broken(): void
}

/** One connection. */
export class Link {
  /** To the server. */
  readonly up: Pipe
  /** To the client. */
  readonly down: Pipe
  readonly #time: VirtualTime
  readonly #ends: LinkEnd[] = []
  #phase: 'whole' | 'broken' = 'whole'

  constructor(time: VirtualTime, speed: PipeSpeed) {
    this.#time = time
    this.up = new Pipe(time, speed)
    this.down = new Pipe(time, speed)
  }

  get isWhole(): boolean {
    return this.#phase === 'whole'
  }

  join(end: LinkEnd): void {
    this.#ends.push(end)
  }

  freeze(): void {
    this.up.freeze()
    this.down.freeze()
  }

  thaw(): void {
    this.up.thaw()
    this.down.thaw()
  }

  /** What is on its way is lost; both ends hear of it soon, each at its own time. */
  cut(delayMs: () => number): void {
    if (!this.#break()) return
    for (const end of this.#ends) this.#time.after(delayMs(), () => end.broken())
  }

  /** What is on its way is lost, and nobody is told. */
  vanish(): void {
    this.#break()
  }

  #break(): boolean {
    if (this.#phase === 'broken') return false
    this.#phase = 'broken'
    this.up.kill()
    this.down.kill()
    return true
  }
}
