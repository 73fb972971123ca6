// Hints of one node enter, hints leave on every node: at once on its own, later and without what was committed on others; or lost, doubled, late and out of order.

import type { Bus, Hint } from './parts.ts'
import type { Random } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the bus does to hints; the faults change it. */
export interface BusHealth {
  loss: number
  doubling: number
  /** Probability that a node hears its own hints late. */
  lateness: number
}

/** Carries hints between the nodes of one world. */
export class SimBus {
  readonly #time: VirtualTime
  readonly #random: Random
  readonly #health: BusHealth
  readonly #ports = new Set<Port>()

  constructor(time: VirtualTime, random: Random, health: BusHealth) {
    this.#time = time
    this.#random = random
    this.#health = health
  }

  /** The bus as one node sees it; `isAlive` is asked before everything it does. */
  port(isAlive: () => boolean): Bus {
    const port = new Port(isAlive, (hints) => {
      if (!isAlive()) return
      const bare = hints.map(({ execution_id, head }) => ({ execution_id, head }))
      for (const other of this.#ports) {
        if (other === port) this.#carry(hints, port, this.#isLate() ? 5 : 0)
        else this.#carry(bare, other, 5)
      }
    })
    this.#ports.add(port)
    return port
  }

  #isLate(): boolean {
    const { lateness } = this.#health
    return lateness > 0 && this.#random.chance(lateness)
  }

  #carry(hints: readonly Hint[], to: Port, ms: number): void {
    const random = this.#random
    if (random.chance(this.#health.loss)) return
    if (random.chance(this.#health.doubling)) this.#time.after(random.between(0, 200), () => to.hear(hints))
    if (ms === 0) to.hear(hints)
    else this.#time.after(ms * random.between(0.1, 10), () => to.hear(hints))
  }
}

class Port implements Bus {
  readonly publish: Bus['publish']
  readonly #isAlive: () => boolean
  readonly #listeners = new Set<(hint: Hint) => void>()

  constructor(isAlive: () => boolean, publish: Bus['publish']) {
    this.#isAlive = isAlive
    this.publish = publish
  }

  subscribe(listener: (hint: Hint) => void): () => void {
    const own = (hint: Hint): void => listener(hint)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  hear(hints: readonly Hint[]): void {
    if (!this.#isAlive()) return
    for (const hint of hints) for (const listener of this.#listeners) listener(hint)
  }

  close(): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }
}
