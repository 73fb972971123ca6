// Timers enter, callbacks run one by one in the order of their virtual times, all microtasks in between; no real time passes and nothing else decides the order.

import { Schedule, type Entry } from './schedule.ts'

/** When every simulated run begins. */
const START_MS = Date.UTC(2026, 0, 1)

const realSetImmediate = globalThis.setImmediate

/** Turns that are queued at once: asking the operating system for input after each would cost more than the turn. */
const TURNS_PER_LOOP = 64

/** What global timer functions give. */
class Timer {
  readonly entry: Entry

  constructor(entry: Entry) {
    this.entry = entry
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** The clock of one run. */
export class VirtualTime {
  readonly #schedule = new Schedule()
  readonly #onError: (error: unknown) => void
  #nowMs = START_MS

  /** @param onError takes what a callback throws */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Unix milliseconds. */
  readonly now = (): number => this.#nowMs

  /** Milliseconds since the run began. */
  get elapsedMs(): number {
    return this.#nowMs - START_MS
  }

  /** Calls back once. Returns what cancels it. */
  after(ms: number, callback: () => void): () => void {
    const entry = this.#schedule.add(this.#nowMs + Math.max(0, ms), callback)
    return () => (entry.callback = undefined)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Runs until `isOver` (asked after each callback), or until the time has come. Gives whether it was over. */
  run(isOver: () => boolean, untilMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      let queued = 0
      let outcome: boolean | undefined
      const turn = (): void => {
        queued -= 1
        outcome ??= this.#step(isOver, untilMs)
        if (queued > 0) return
        if (outcome === undefined) queueTurns()
        else resolve(outcome)
      }
      const queueTurns = (): void => {
        for (; queued < TURNS_PER_LOOP; queued += 1) realSetImmediate(turn)
      }
      queueTurns()
    })
  }

  /** Puts this time in the place of the machine's, for everything that uses globals. Returns what takes that back. */
  install(random: () => number): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date } = globalThis
    const { random: realRandom } = Math
    const now = performance.now.bind(performance)
    const clear = (timer: unknown): void => {
      if (timer instanceof Timer) timer.entry.callback = undefined
    }
    Object.assign(globalThis, {
      setTimeout: this.#setTimeout,
      setInterval: this.#setInterval,
      setImmediate: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
        new Timer(this.#schedule.add(this.#nowMs, () => callback(...args))),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
      Date: dateAt(this.now),
    })
    Math.random = random
    performance.now = () => this.elapsedMs
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate })
      Object.assign(globalThis, { Date })
      Math.random = realRandom
      performance.now = now
    }
  }

  readonly #setTimeout = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer =>
    new Timer(this.#schedule.add(this.#nowMs + Math.max(1, ms), () => callback(...args)))

  readonly #setInterval = (callback: () => void, ms = 0): Timer => {
    const timer = new Timer(this.#schedule.add(0, undefined))
    const schedule = (entry: Entry): void => {
      this.#schedule.put(entry, this.#nowMs + Math.max(1, ms), () => {
        schedule(entry)
        callback()
      })
    }
    schedule(timer.entry)
    return timer
  }

  #step(isOver: () => boolean, untilMs: number): boolean | undefined {
    if (isOver()) return true
    const entry = this.#schedule.takeUntil(untilMs)
    if (!entry) {
      this.#nowMs = Math.max(this.#nowMs, untilMs)
      return false
    }
    this.#nowMs = Math.max(this.#nowMs, entry.atMs)
    const { callback } = entry
    entry.callback = undefined
    try {
      callback?.()
    } catch (error) {
      this.#onError(error)
    }
    return undefined
  }
}

/** A `Date` that knows only this time; whole milliseconds, as everywhere. */
function dateAt(now: () => number): DateConstructor {
  return class extends Date {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(now())
      else super(given[0])
    }

    static override now(): number {
      return Math.floor(now())
    }
  } as DateConstructor
}
