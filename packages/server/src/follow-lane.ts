// A call of `logs.follow` enters, frames leave on its socket: one follower of the feed, for which, while it waits at the head, there is no promise, no signal and
// no generator.

import type { FollowInput } from '@runtail/core'
import type { Cancel } from './clock.ts'
import type { FeedFrame, FrameSink } from './feed-frame.ts'
import { followMessage } from './follow-message.ts'
import { startOf } from './follow-start.ts'
import type { Follower } from './follower.ts'
import { followInput } from './inputs.ts'
import type { Subscription } from './procedure-lane.ts'
import type { Services } from './services.ts'
import type { SharedText } from './text-frame.ts'
import type { Call } from './trpc-call.ts'
import type { Context } from './trpc.ts'

/** What a follower needs of its socket. */
export interface FrameSocket {
  /** Whether there is room for another frame, and nobody waits to send one. */
  readonly hasRoom: boolean
  /** Calls back once, when that is so. */
  onRoom(callback: () => void): Cancel
  /** Sends a text message that is shared with other sockets but for its beginning. */
  sendShared(opening: string, rest: SharedText): void
}

/** What a {@link FollowLane} is made from. */
export interface FollowLaneOptions {
  readonly services: Pick<Services, 'feed' | 'store'>
  readonly socket: FrameSocket
}

/** A subscription to the logs of an execution. */
export class FollowLane implements Subscription, FrameSink {
  readonly #call: Call
  readonly #services: FollowLaneOptions['services']
  readonly #socket: FrameSocket
  #follower: Follower | undefined
  #place: Disposable | undefined
  #phase: 'going' | 'over' = 'going'

  constructor(call: Call, { services, socket }: FollowLaneOptions) {
    this.#call = call
    this.#services = services
    this.#socket = socket
  }

  begin(context: Context): void {
    this.#admit(context).then(
      (input) => this.#start(input, context),
      (error: unknown) => (this.#phase === 'over' ? this.#call.report(error) : this.#call.refuse(error)),
    )
  }

  stop(): void {
    if (this.#phase === 'over') return
    this.#leave()
    this.#call.stopped()
  }

  get hasRoom(): boolean {
    return this.#socket.hasRoom
  }

  onRoom(callback: () => void): Cancel {
    return this.#socket.onRoom(callback)
  }

  send(frame: FeedFrame): void {
    this.#socket.sendShared(this.#call.opening, followMessage(frame, this.#services.store.epoch).rest)
  }

  failed(error: unknown): void {
    this.#leave()
    this.#call.fail(error)
    this.#call.stopped()
  }

  async #admit(context: Context): Promise<FollowInput> {
    // A call as any other, until it is admitted.
    using _place = context.enterCall()
    const input = followInput.parse(this.#call.input)
    await context.door('logs.read', input.execution_id)
    return input
  }

  #start(input: FollowInput, context: Context): void {
    if (this.#phase === 'over') return
    const { feed, store } = this.#services
    this.#call.started()
    try {
      this.#place = context.enterSubscription()
      this.#follower = feed.begin(input.execution_id, startOf(input, store.epoch), this)
    } catch (error) {
      this.failed(error)
    }
  }

  #leave(): void {
    this.#phase = 'over'
    this.#follower?.leave()
    this.#place?.[Symbol.dispose]()
  }
}
