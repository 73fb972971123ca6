// Signals of a process enter, listeners are called; one keypress counts once, whoever passes it on.

/** The part of the process that tells signals. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/** A terminal sends Ctrl+C to npm and to us, and npm passes it on: the same signal so soon is the same keypress. */
const SAME_KEYPRESS_MS = 500

/** Takes signals over from the process's default while anybody listens. */
export class SignalHub {
  readonly #source: SignalSource
  readonly #now: () => number
  readonly #lastMs = new Map<NodeJS.Signals, number>()

  /** @param now milliseconds of any clock that does not jump */
  constructor(source: SignalSource, now: () => number) {
    this.#source = source
    this.#now = now
  }

  /** Returns what gives the signal back. */
  listen(signal: NodeJS.Signals, listener: () => void): () => void {
    const onSignal = (): void => {
      const nowMs = this.#now()
      if (nowMs - (this.#lastMs.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_KEYPRESS_MS) return
      this.#lastMs.set(signal, nowMs)
      listener()
    }
    this.#source.on(signal, onSignal)
    return () => void this.#source.off(signal, onSignal)
  }
}
