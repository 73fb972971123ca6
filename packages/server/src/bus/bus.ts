// The port that wakes followers on this node and on others: a hint may be lost, doubled or early; the store alone is the truth.

/** Something may have been appended. */
export interface Hint {
  readonly execution_id: string
  /** The head after the commit that caused the hint. */
  readonly head: number
}

/** Carries hints between nodes. */
export interface Bus {
  /** Tells every subscriber on every node. Never waits and never throws: a lost hint costs latency only. */
  publish(hints: readonly Hint[]): void
  /** Calls `listener` with every hint from now on. Returns what stops it. */
  subscribe(listener: (hint: Hint) => void): () => void
  close(): Promise<void>
}
