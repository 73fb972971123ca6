// Messages enter one end, the same messages leave the other in the same order, later: one direction of a simulated TCP connection.

import type { VirtualTime } from './virtual-time.ts'

/** Something on its way. */
export interface Parcel {
  readonly bytes: number
  /** It has left the sender's buffer. */
  readonly flushed?: () => void
  readonly arrived: () => void
}

/** How fast a direction is. */
export interface PipeSpeed {
  /** Milliseconds, asked for each parcel. */
  readonly latencyMs: () => number
  readonly bytesPerMs: () => number
  /** Bytes that the operating systems hold between the two. */
  readonly windowBytes: number
}

/** One direction. */
export class Pipe {
  readonly #time: VirtualTime
  readonly #speed: PipeSpeed
  #unsent: Parcel[] = []
  #flying: Parcel[] = []
  #flyingBytes = 0
  #unsentBytes = 0
  #lastArrivalMs = 0
  /** Arrivals that a freeze holds up. */
  #due = 0
  #phase: 'flowing' | 'frozen' | 'dead' = 'flowing'

  constructor(time: VirtualTime, speed: PipeSpeed) {
    this.#time = time
    this.#speed = speed
  }

  /** Bytes that the sender still holds. */
  get unsentBytes(): number {
    return this.#unsentBytes
  }

  /** Bytes that were ever taken from the sender. */
  flushedBytes = 0

  push(parcel: Parcel): void {
    if (this.#phase === 'dead') return
    this.#unsent.push(parcel)
    this.#unsentBytes += parcel.bytes
    this.#transmit()
  }

  freeze(): void {
    if (this.#phase === 'flowing') this.#phase = 'frozen'
  }

  thaw(): void {
    if (this.#phase !== 'frozen') return
    this.#phase = 'flowing'
    for (; this.#due > 0; this.#due -= 1) this.#time.after(0, () => this.#arrive())
  }

  /** Nothing arrives any more, whatever is on its way. */
  kill(): void {
    this.#phase = 'dead'
    this.#unsent = []
    this.#flying = []
  }

  #transmit(): void {
    while (this.#unsent.length > 0 && this.#flyingBytes < this.#speed.windowBytes) {
      const parcel = this.#unsent.shift() as Parcel
      this.#flying.push(parcel)
      this.#flyingBytes += parcel.bytes
      const now = this.#time.now()
      const startMs = Math.max(now + this.#speed.latencyMs(), this.#lastArrivalMs)
      this.#lastArrivalMs = startMs + parcel.bytes / this.#speed.bytesPerMs()
      this.#time.after(this.#lastArrivalMs - now, () => this.#arrive())
      this.#time.after(0, () => {
        this.#unsentBytes -= parcel.bytes
        this.flushedBytes += parcel.bytes
        parcel.flushed?.()
      })
    }
  }

  /** Whichever timer rings, the oldest arrives: TCP keeps the order. */
  #arrive(): void {
    if (this.#phase === 'frozen') {
      this.#due += 1
      return
    }
    const parcel = this.#flying.shift()
    if (!parcel) return
    this.#flyingBytes -= parcel.bytes
    this.#transmit()
    parcel.arrived()
  }
}
