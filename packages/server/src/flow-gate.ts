// The unsent bytes of one socket enter, permission to send the next frame leaves, one frame at a time; invariant 6: a slow reader holds no more than this.

import type { Cancel } from './clock.ts'
import type { FlowMarks } from './options.ts'

/** What a gate stands before. */
export interface Outlet {
  /** The bytes that it has not got rid of yet. */
  readonly unsentBytes: number
}

/** What all gates of a server share. */
export interface FlowGateOptions {
  readonly marks: Pick<FlowMarks, 'highBytes' | 'lowBytes'>
  /** Calls back soon, after the work at hand. */
  readonly soon: (callback: () => void) => void
}

const DONE = Promise.resolve()

/**
 * Lets senders on one socket through in the order in which they came. Whoever is let through is expected to send at once; until that
 * has happened (or the turn of the event loop is over) nobody else is, so that many waiting senders do not overfill the socket together.
 */
export class FlowGate {
  readonly #outlet: Outlet
  readonly #options: FlowGateOptions
  /** Made for the first who waits: most sockets never see one. */
  #waiting: Set<() => void> | undefined
  #phase: 'open' | 'draining' | 'closed' = 'open'
  /** The one that was let through and has not sent yet. */
  #passing: object | undefined

  constructor(outlet: Outlet, options: FlowGateOptions) {
    this.#outlet = outlet
    this.#options = options
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting?.size ?? 0
  }

  /** Whether a caller that sends at once need not wait. */
  get hasRoom(): boolean {
    return this.#phase !== 'closed' && this.waiting === 0 && this.#isFree()
  }

  /** Calls back once, when the caller may send; also when the socket closes, so that nobody waits for ever. Asked while there is no room. */
  onRoom(callback: () => void): Cancel {
    const waiting = (this.#waiting ??= new Set())
    const leave = (): void => {
      waiting.delete(leave)
      callback()
    }
    waiting.add(leave)
    return () => waiting.delete(leave)
  }

  /** Resolves when the caller may send, when the signal aborts, or when the socket closes. */
  ready(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || this.#phase === 'closed') return DONE
    if (this.hasRoom) {
      this.#letThrough()
      return DONE
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.onRoom(leave)
    signal?.addEventListener('abort', leave)
    return promise

    function leave(): void {
      cancel()
      signal?.removeEventListener('abort', leave)
      resolve()
    }
  }

  /** Something was handed to the socket. */
  sent(): void {
    this.#passing = undefined
    this.#admit()
  }

  /** The socket got rid of something. */
  flushed(): void {
    if (this.#phase === 'draining' && this.#outlet.unsentBytes <= this.#options.marks.lowBytes) this.#phase = 'open'
    this.#admit()
  }

  /** The socket is gone: everybody is let through, to find that out. */
  close(): void {
    this.#phase = 'closed'
    for (const leave of this.#waiting ?? []) leave()
  }

  #admit(): void {
    if (this.waiting === 0 || !this.#isFree()) return
    const [first] = this.#waiting ?? []
    if (first === undefined) return
    this.#letThrough()
    first()
  }

  #isFree(): boolean {
    if (this.#phase === 'open' && this.#outlet.unsentBytes >= this.#options.marks.highBytes) this.#phase = 'draining'
    return this.#phase === 'open' && this.#passing === undefined
  }

  #letThrough(): void {
    const turn = {}
    this.#passing = turn
    this.#options.soon(() => {
      if (this.#passing === turn) this.sent()
    })
  }
}
