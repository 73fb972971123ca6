// Where a follower stands: an epoch and a position enter or leave as the text `epoch:seq`; a cursor that the store does not know is worth nothing.

/** A position in a stream of one store. `seq` is the last position already seen; 0 is before the first. */
export interface Cursor {
  /** Made each time the store is opened, so that a store knows whether it has lost what it gave out since. Never contains a colon. */
  readonly epoch: string
  readonly seq: number
}

/** The text of a cursor, fit to be a tracked event id. */
export function encodeCursor(cursor: Cursor): string {
  return `${cursor.epoch}:${cursor.seq}`
}

/** The cursor of a text made by {@link encodeCursor}; undefined for any other text. */
export function parseCursor(text: string): Cursor | undefined {
  const colon = text.lastIndexOf(':')
  if (colon < 1) return undefined
  const digits = text.slice(colon + 1)
  if (!/^\d{1,16}$/.test(digits)) return undefined
  const seq = Number(digits)
  return Number.isSafeInteger(seq) ? { epoch: text.slice(0, colon), seq } : undefined
}

/** Where to go on, and whether what the follower holds must be thrown away first. */
export interface Resume {
  readonly after: number
  /** True where the store does not know the cursor, or it lies beyond the head: the store was wiped or restored. */
  readonly reset: boolean
}

/** What the store says to a cursor. */
export interface Recall {
  /** Whether all that was given out up to the cursor still stands as it was. */
  readonly known: boolean
  readonly head: number
}

/**
 * Where a follower that stands at `cursor` goes on. A worthless cursor leads to a visible reset and the beginning, never to silence and
 * never to an error.
 */
export function resumeAt(cursor: Cursor | undefined, { known, head }: Recall): Resume {
  if (cursor === undefined) return { after: 0, reset: false }
  if (!known || cursor.seq > head) return { after: 0, reset: true }
  return { after: cursor.seq, reset: false }
}
