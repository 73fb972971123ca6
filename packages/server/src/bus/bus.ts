// The port that wakes followers on this node and on others: a hint may be lost, doubled or early; the store alone is the truth.

import type { LogBlock } from '../block.ts'

/** Something may have been appended. */
export interface Hint {
  readonly execution_id: string
  /** The head after the commit that caused the hint. */
  readonly head: number
  /** What was committed, up to the head; only within the process that committed it, where it saves a read. Never before the commit. */
  readonly block?: LogBlock
}

/** Carries hints between nodes. */
export interface Bus {
  /** Tells every subscriber on every node. Never waits and never throws: a lost hint costs latency only. */
  publish(hints: readonly Hint[]): void
  /** Calls `listener` with every hint from now on. Returns what stops it. */
  subscribe(listener: (hint: Hint) => void): () => void
  close(): Promise<void>
}
