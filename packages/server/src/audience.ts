// Followers that wait at the head enter, what comes is offered to all of them in one go; whoever cannot take it is woken, and asks for itself. Invariants 4 and 6.

import type { FeedFrame } from './feed-frame.ts'

/** A follower that has everything there is. */
export interface Listener {
  /** The last seq it has; moves on with what it takes. */
  readonly position: number
  /** True where the frame, which begins after its position, is sent by now. */
  take(frame: FeedFrame): boolean
  /** Whether it has heard nothing for so long that it must be told the head. */
  isDue(): boolean
  /** It has left the audience, and must ask for itself. */
  wake(): void
}

/** A frame, and the bell's count before anybody was asked for it. */
export interface Found extends FeedFrame {
  readonly rings: number
}

/** What an {@link Audience} asks. */
export interface AudienceSource {
  /** The bell's count. */
  readonly rings: number
  /** What lies after a position; an empty block at the head. */
  next(position: number): Found | Promise<Found>
}

/**
 * The followers of one execution that wait at its head. To serve one costs a check and a write, no promise: with a thousand of them, the memory that
 * waking each would touch costs more than all else in this process.
 */
export class Audience {
  readonly #source: AudienceSource
  readonly #listeners = new Set<Listener>()
  #phase: 'idle' | 'serving' = 'idle'

  constructor(source: AudienceSource) {
    this.#source = source
  }

  /** Where the one stands that has waited longest. */
  get position(): number | undefined {
    const [first] = this.#listeners
    return first?.position
  }

  /** From now on the listener is offered what comes, until it is woken or leaves. */
  join(listener: Listener): void {
    this.#listeners.add(listener)
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener)
  }

  /** The bell has rung: something may have come. */
  serve(): void {
    if (this.#phase === 'serving') return
    this.#phase = 'serving'
    this.#offerAll().catch(() => {
      // Whoever asks for itself meets the fault, and says what becomes of it.
      for (const listener of this.#listeners) this.#wake(listener)
    })
  }

  /** Until the store has nothing more, asked after the latest ring. */
  async #offerAll(): Promise<void> {
    try {
      for (;;) {
        const { position } = this
        if (position === undefined) return
        const answer = this.#source.next(position)
        const found = answer instanceof Promise ? await answer : answer
        this.#offer(found)
        if (isAllThereIs(found) && found.rings === this.#source.rings) return
      }
    } finally {
      // In the same breath as the last look: a ring between the two would be heard by nobody.
      this.#phase = 'idle'
    }
  }

  #offer({ block, head }: Found): void {
    const frame: FeedFrame = { block, head }
    const isNews = block.count > 0
    for (const listener of this.#listeners) {
      // An answer says nothing of what lies after another position.
      const isServed = listener.position === block.from - 1 && (isNews ? listener.take(frame) : !listener.isDue())
      if (!isServed) this.#wake(listener)
    }
  }

  #wake(listener: Listener): void {
    this.#listeners.delete(listener)
    listener.wake()
  }
}

/** Nothing lies beyond it, or not yet. */
function isAllThereIs({ block, head }: Found): boolean {
  return block.count === 0 || block.to === head
}
