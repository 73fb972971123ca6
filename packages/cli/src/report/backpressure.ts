// What is reported and how the client's outbox stands enter, calls to hold and free the reading of the output leave; runs the pure brake.

import type { RuntailClient } from '@runtail/client-sdk'
import { nextBrake, released, type BrakeState } from './brake.ts'

/** What can be held back. */
export interface Holdable {
  hold(reason: 'server'): void
  free(reason: 'server'): void
}

/** How often the brake is asked while it is engaged and nothing else happens. */
const CHECK_MS = 250

/** Keeps what waits for a server within bounds, as long as the server takes it. */
export class Backpressure {
  readonly #client: Pick<RuntailClient, 'outbox' | 'connection'>
  readonly #held: readonly Holdable[]
  readonly #unsubscribe: readonly (() => void)[]
  #state: BrakeState = released
  #timer: NodeJS.Timeout | undefined
  #bytesReported = 0
  #bytesSettled = 0
  /** How many logs and bytes had been reported after each piece that still waits. */
  #marks: { readonly logs: number; readonly bytes: number }[] = []

  constructor(client: Pick<RuntailClient, 'outbox' | 'connection'>, held: readonly Holdable[]) {
    this.#client = client
    this.#held = held
    this.#unsubscribe = [client.outbox, client.connection].map((watched) => watched.subscribe(() => this.#check()))
  }

  /** Tells that the logs of so much output are with the client. */
  reported(bytes: number): void {
    const { pending, acknowledged, dropped } = this.#client.outbox.getSnapshot()
    this.#bytesReported += bytes
    this.#marks.push({ logs: pending + acknowledged + dropped, bytes: this.#bytesReported })
    this.#check()
  }

  /** Frees what is held and watches no more. */
  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.#apply(released)
  }

  #check(): void {
    const { pending, acknowledged, dropped } = this.#client.outbox.getSnapshot()
    const settled = acknowledged + dropped
    const waiting = this.#marks.findIndex((mark) => mark.logs > settled)
    const done = waiting === -1 ? this.#marks.length : waiting
    this.#bytesSettled = this.#marks[done - 1]?.bytes ?? this.#bytesSettled
    this.#marks.splice(0, done)
    this.#apply(
      nextBrake(this.#state, {
        nowMs: performance.now(),
        connected: this.#client.connection.status === 'connected',
        logs: pending,
        bytes: this.#bytesReported - this.#bytesSettled,
        settled,
      }),
    )
  }

  #apply(next: BrakeState): void {
    const { engaged } = this.#state
    this.#state = next
    if (next.engaged === engaged) return
    for (const each of this.#held) {
      if (next.engaged) each.hold('server')
      else each.free('server')
    }
    if (next.engaged) this.#timer = setInterval(() => this.#check(), CHECK_MS)
    else clearInterval(this.#timer)
  }
}
