// Frames of a follower enter one by one, each when somebody has asked for it, and leave as the answers: what stands between a follower and `for await`.

import type { Cancel } from './clock.ts'
import type { FeedFrame, FrameSink } from './feed-frame.ts'

/** A sink that has room where its consumer waits for a frame. */
export class FrameHandover implements FrameSink {
  #asked: PromiseWithResolvers<FeedFrame | undefined> | undefined
  #onRoom: (() => void) | undefined
  /** What every question is answered with, once there is nothing more. */
  #end: (() => Promise<undefined>) | undefined

  get hasRoom(): boolean {
    return this.#asked !== undefined
  }

  /** The next frame; undefined when it has ended. Asked by one consumer, one question after another. */
  next(): Promise<FeedFrame | undefined> {
    if (this.#end) return this.#end()
    this.#asked = Promise.withResolvers()
    const { promise } = this.#asked
    this.#onRoom?.()
    return promise
  }

  onRoom(callback: () => void): Cancel {
    this.#onRoom = () => {
      this.#onRoom = undefined
      callback()
    }
    return () => (this.#onRoom = undefined)
  }

  send(frame: FeedFrame): void {
    const asked = this.#asked
    this.#asked = undefined
    asked?.resolve(frame)
  }

  failed(error: unknown): void {
    this.#endWith(() => Promise.reject(error))
  }

  /** The consumer wants no more. */
  end(): void {
    this.#endWith(() => Promise.resolve(undefined))
  }

  #endWith(end: () => Promise<undefined>): void {
    this.#end ??= end
    this.#asked?.resolve(this.#end())
    this.#asked = undefined
  }
}
