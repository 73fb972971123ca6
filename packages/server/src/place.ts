// Where one follower stands and since when it has heard nothing; moves on with each frame that it takes or is given.

import type { Listener } from './audience.ts'
import type { Clock } from './clock.ts'
import type { FeedFrame, Following } from './feed-frame.ts'

/** What {@link Place} is made from. */
export interface PlaceOptions {
  readonly clock: Clock
  readonly syncIntervalMs: number
  readonly take: Following['take']
}

/** A follower's place in an execution, as the audience sees it. */
export class Place implements Listener {
  readonly #options: PlaceOptions
  #position: number
  #sentAtMs: number

  /** @param position the last seq that it was given */
  constructor(position: number, options: PlaceOptions) {
    this.#options = options
    this.#position = position
    this.#sentAtMs = options.clock.now()
  }

  get position(): number {
    return this.#position
  }

  take(frame: FeedFrame): boolean {
    const isTaken = this.#options.take?.(frame) ?? false
    if (isTaken) this.moveTo(frame.block.to)
    return isTaken
  }

  isDue(): boolean {
    const { clock, syncIntervalMs } = this.#options
    return clock.now() - this.#sentAtMs >= syncIntervalMs
  }

  /** It has just been given everything up to this seq. */
  moveTo(seq: number): void {
    this.#position = seq
    this.#sentAtMs = this.#options.clock.now()
  }
}
