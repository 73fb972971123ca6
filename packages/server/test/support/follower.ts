// A follower for tests: reads a stream of frames to its end, at its own pace, and keeps what it got.

import type { Clock } from '../../src/clock.ts'
import type { FeedFrame } from '../../src/feed-frame.ts'
import { parsed } from './logs.ts'

/** How a {@link Follower} reads. */
export interface FollowerOptions<Frame> {
  /** Makes the stream that is read. */
  readonly open: (signal: AbortSignal) => AsyncGenerator<Frame, void>
  readonly clock: Clock
  /** Time between one frame and the next. @default none */
  readonly paceMs?: () => number
}

/** Reads a stream. */
export class Follower<Frame = FeedFrame> {
  readonly frames: Frame[] = []
  /** Settles with the stream: undefined at its end, what it threw otherwise. */
  readonly end: Promise<unknown>
  /** False while the stream goes on. */
  hasEnded = false
  readonly #controller = new AbortController()

  constructor(options: FollowerOptions<Frame>) {
    this.end = this.#read(options).catch((error: unknown) => error)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(): void {
    this.#controller.abort()
  }

  async #read({ open, clock, paceMs }: FollowerOptions<Frame>): Promise<void> {
    try {
      for await (const frame of open(this.signal)) {
        this.frames.push(frame)
        const ms = paceMs?.() ?? 0
        if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve))
      }
    } finally {
      this.hasEnded = true
    }
  }
}

/** The seqs of the logs in frames. */
export function seqsOf(frames: readonly FeedFrame[]): number[] {
  return frames.flatMap(({ block }) => parsed(block).map(({ seq }) => seq))
}
