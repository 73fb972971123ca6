// An execution and a position enter, every log after it leaves once and in order, through lost sockets, restarts and slow consumers: the thin runner of follow-plan.ts. Invariants 4 and 5.

import {
  encodeCursor,
  emptyExecution,
  foldAll,
  LIMITS,
  parseCursor,
  RuntailError,
  toRuntailError,
  type Execution,
  type ExecutionLog,
  type FollowFrame,
  type LogPage,
  type SeqRange,
} from '@runtail/core'
import { backoffMs } from './backoff.ts'
import { planFill, planFrame } from './follow-plan.ts'
import { Inbox } from './inbox.ts'
import { sleep } from './timers.ts'
import type { FollowOptions, FollowUpdate } from './types.ts'

/** What a follower needs of the server. */
export interface FollowSource {
  subscribe(executionId: string, start: FollowStart, listener: FollowListener): () => void
  read(executionId: string, after: number, limit: number): Promise<LogPage>
  get(executionId: string): Promise<Execution>
}

/** Where to begin: after a cursor or a seq, else with the last logs, else with the first. */
export interface FollowStart {
  readonly after?: string | number
  readonly last?: number
}

/** What a subscription tells; after `ended` nothing comes any more. */
export interface FollowListener {
  frame(cursor: string, frame: FollowFrame): void
  ended(error?: RuntailError): void
}

interface Received {
  readonly epoch: string
  readonly frame: FollowFrame
}

/** Frames (of up to 256 logs or 64 KB) that may wait for a slow consumer; then the server keeps the rest until there is room. */
const MAX_UNREAD_FRAMES = 64

const MAX_RETRY_MS = 5000

/** Follows an execution. Ends when the signal aborts, or the client closes. @throws RuntailError where trying again cannot help */
export async function* follow(
  source: FollowSource,
  executionId: string,
  { signal, levels, steps, ...start }: FollowOptions & { readonly signal: AbortSignal },
): AsyncGenerator<FollowUpdate, void> {
  const isWanted = ({ level, step_name }: ExecutionLog): boolean =>
    (levels?.includes(level) ?? true) && (steps?.includes(step_name) ?? true)
  const follower = new Follower(source, executionId, start)
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      for await (const update of follower.subscription(signal)) {
        // It may have been under way when the caller left, who may go on elsewhere from its cursor by now.
        if (signal.aborted) return
        attempt = 0
        yield levels || steps ? { ...update, logs: update.logs.filter(isWanted) } : update
      }
    } catch (thrown) {
      const error = toRuntailError(thrown)
      if (error.code === 'closed' || signal.aborted) return
      if (!error.retryable) throw error
      // Whoever has no connection waits for it with the next subscription.
      if (error.code !== 'disconnected') {
        await sleep(backoffMs({ attempt, random: Math.random(), maxMs: MAX_RETRY_MS }), signal)
      }
    }
  }
}

/** Where one follower stands; it outlives its subscriptions. */
class Follower {
  readonly #source: FollowSource
  readonly #executionId: string
  /** Where to begin, until the first frame tells the epoch. */
  readonly #start: FollowStart
  /** Begins with the last logs, whatever comes before them. */
  readonly #isTail: boolean
  #epoch: string | undefined
  /** The last seq given out; undefined where the first frame tells where the last logs begin. */
  #position: number | undefined
  #execution: Execution | undefined
  /** Whether the execution is folded from its first log. */
  #isWhole: boolean
  #reset = false

  constructor(source: FollowSource, executionId: string, start: FollowStart) {
    this.#source = source
    this.#executionId = executionId
    this.#start = start
    const { after, last } = start
    const cursor = typeof after === 'string' ? parseCursor(after) : undefined
    this.#epoch = cursor?.epoch
    this.#isTail = after === undefined && last !== undefined
    this.#position = this.#isTail ? undefined : (cursor?.seq ?? (typeof after === 'number' ? after : 0))
    this.#isWhole = this.#position === 0
  }

  /** The updates of one subscription, which ends without an error where another is to follow at once. */
  async *subscription(signal: AbortSignal): AsyncGenerator<FollowUpdate> {
    const inbox = new Inbox<Received>()
    const stop = this.#subscribe(inbox)
    try {
      for await (const received of inbox.read(signal)) yield* this.#updates(received)
    } finally {
      stop()
    }
  }

  #subscribe(inbox: Inbox<Received>): () => void {
    const start = this.#epoch === undefined ? this.#start : { after: this.#cursor(this.#epoch) }
    const stop = this.#source.subscribe(this.#executionId, start, {
      frame: (cursor, frame) => {
        inbox.push({ epoch: parseCursor(cursor)?.epoch ?? '', frame })
        if (inbox.size < MAX_UNREAD_FRAMES) return
        inbox.end()
        stop()
      },
      ended: (error) => inbox.end(error),
    })
    return stop
  }

  async *#updates({ epoch, frame }: Received): AsyncGenerator<FollowUpdate> {
    if (frame.reset) this.#startAnew()
    // The frames of a reset begin with the first log, of which there may be millions.
    if (frame.reset && this.#isTail) throw reopened()
    const plan = planFrame(this.#position ?? this.#beginAt(frame.from - 1), frame)
    // Another epoch without a reset: the store was opened again and knows our position.
    this.#epoch = epoch
    this.#execution ??= await this.#baseline()
    if (plan.missing) yield* this.#fill(plan.missing, epoch)
    yield this.#take(plan.logs, frame.head)
  }

  /** Reads what frames did not bring. */
  async *#fill(hole: SeqRange, epoch: string): AsyncGenerator<FollowUpdate> {
    for (let missing: SeqRange | undefined = hole; missing;) {
      const limit = Math.min(LIMITS.logsPerPage, missing.to - missing.from + 1)
      const page = await this.#source.read(this.#executionId, missing.from - 1, limit)
      // A page comes without a judgement of our position, which a restored store may not know: the next subscription tells.
      if (parseCursor(page.cursor)?.epoch !== epoch) throw reopened()
      const plan = planFill(missing, page)
      if (plan.gap) {
        // With logs missing, only the server can tell the state.
        this.#isWhole = false
        this.#execution = await this.#source.get(this.#executionId)
        this.#position = plan.gap.to
      }
      if (plan.gap || plan.logs.length > 0) yield this.#take(plan.logs, page.head, plan.gap ? [plan.gap] : [])
      else throw behind()
      missing = plan.missing
    }
  }

  #take(logs: readonly ExecutionLog[], head: number, gaps: readonly SeqRange[] = []): FollowUpdate {
    this.#position = logs.at(-1)?.seq ?? this.#position
    if (this.#execution) this.#execution = foldAll(this.#execution, logs)
    const reset = this.#reset
    this.#reset = false
    return {
      logs,
      gaps,
      reset,
      // The server may have been asked for the execution after it made the frame: an end that it tells is never ahead of the head.
      head: Math.max(head, this.#position ?? 0, this.#execution?.head_seq ?? 0),
      // Both are known since the first frame.
      execution: this.#execution as Execution,
      cursor: this.#cursor(this.#epoch ?? ''),
    }
  }

  #beginAt(position: number): number {
    this.#isWhole = position === 0
    return (this.#position = position)
  }

  #startAnew(): void {
    this.#position = this.#isTail ? undefined : 0
    this.#epoch = undefined
    this.#execution = undefined
    this.#isWhole = true
    this.#reset = true
  }

  async #baseline(): Promise<Execution> {
    const execution = await this.#source.get(this.#executionId)
    return this.#isWhole ? emptyExecution(execution) : execution
  }

  #cursor(epoch: string): string {
    return encodeCursor({ epoch, seq: this.#position ?? 0 })
  }
}

function reopened(): RuntailError {
  return new RuntailError('disconnected', { message: 'The store was reopened.' })
}

function behind(): RuntailError {
  return new RuntailError('store_unavailable', { message: 'The server is behind what it announced.' })
}
