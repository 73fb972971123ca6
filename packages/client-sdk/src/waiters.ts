// Who waits for lines of which lanes enters, and that something was settled; whoever has nothing left to wait for is told. For room in the outbox likewise.

import type { Lane } from './lane.ts'
import { holdProcess } from './timers.ts'

interface Waiter {
  readonly targets: Map<Lane, number>
  readonly resolve: () => void
}

/** Those who wait for delivery. */
export class SettleWaiters {
  readonly #isBehind: (lane: Lane, target: number) => boolean
  readonly #waiters = new Set<Waiter>()

  /** @param isBehind whether a lane has not come as far as a position */
  constructor(isBehind: (lane: Lane, target: number) => boolean) {
    this.#isBehind = isBehind
  }

  /** Resolves when each of these lanes has come as far as its newest line of now; never after the signal. */
  add(lanes: Iterable<Lane>, signal?: AbortSignal): Promise<void> {
    const targets = new Map<Lane, number>()
    for (const lane of lanes) if (this.#isBehind(lane, lane.newest)) targets.set(lane, lane.newest)
    if (targets.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const waiter = { targets, resolve }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', () => this.#waiters.delete(waiter))
    })
  }

  /** After each change: tells those who have waited long enough. */
  check(): void {
    for (const waiter of this.#waiters) {
      for (const [lane, target] of waiter.targets) if (!this.#isBehind(lane, target)) waiter.targets.delete(lane)
      if (waiter.targets.size > 0) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /** Lets nobody wait any more. */
  release(): void {
    for (const { resolve } of this.#waiters) resolve()
    this.#waiters.clear()
  }
}

/** Those who wait for room; a program that waits here is kept alive. */
export class RoomWaiters {
  readonly #waiters = new Set<() => void>()

  async add(): Promise<void> {
    const release = holdProcess()
    await new Promise<void>((resolve) => this.#waiters.add(resolve))
    release()
  }

  release(): void {
    for (const resolve of this.#waiters) resolve()
    this.#waiters.clear()
  }
}
