// Executions and their lines enter, acknowledged batches leave: one batch at a time per execution, in which everything goes that came while the one before was under way; the same one again with the same ids until it is settled. Invariants 3, 5 and 8.

import { LIMITS, toRuntailError, type RuntailError } from '@runtail/core'
import { isContinued, newLane, type Lane } from './lane.ts'
import type { LogLine, Loss } from './log-line.ts'
import { overflow, refused, tooLate } from './losses.ts'
import { OVERFLOW, type ReportedExecution } from './outbox.ts'
import type { ProducerOptions } from './producer-options.ts'
import { afterRefusal, toldAt, waitMs } from './refusal.ts'
import { startTimer } from './timers.ts'
import { RoomWaiters, SettleWaiters } from './waiters.ts'

export type { Uplink } from './producer-options.ts'

/** Executions that send at the same time. */
const MAX_SENDING = 8

const GIVEN_UP: Loss = { code: 'conflict', reason: 'the server takes nothing of this execution' }
const CLOSED: Loss = { code: 'closed', reason: 'the client was closed before the server had it' }

/** Delivers what is reported. Nothing here throws at whoever reports. */
export class Producer {
  readonly #options: ProducerOptions
  readonly #random: () => number
  /** Those that have something to send, by execution: two handles of one execution must not send side by side. */
  readonly #lanes = new Map<string, Lane>()
  readonly #ready = new Set<Lane>()
  /** Those that are over, and that the server has not heard of when they end. */
  readonly #ended = new Set<Lane>()
  readonly #waiters: SettleWaiters
  readonly #blocked = new RoomWaiters()
  #sending = 0
  #phase: 'open' | 'closed' | 'closed_and_told' = 'open'

  constructor(options: ProducerOptions) {
    this.#options = options
    this.#random = options.random ?? Math.random
    this.#waiters = new SettleWaiters((lane, target) => options.outbox.oldest(lane.execution.id) <= target)
  }

  /** A lane for an execution; its creation goes out before its first line. */
  open(execution: ReportedExecution): Lane {
    return newLane(execution)
  }

  /** Takes a line. What another handle of the execution began to send goes on there. */
  add(own: Lane, line: LogLine): void {
    const { outbox, onChange } = this.#options
    if (this.#phase !== 'open') {
      line.settle?.(CLOSED)
      return this.#tellClosed()
    }
    const { id } = own.execution
    const lane = this.#lanes.get(id) ?? own
    // Whoever can make it does.
    if (isContinued(lane.execution) && lane !== own)
      Object.assign(lane, { execution: own.execution, created: own.created })
    if (outbox.waiting(id) === 0) outbox.open(lane.execution)
    lane.newest = outbox.add(id, line)
    this.#lanes.set(id, lane)
    if (lane.phase === 'refused') this.#giveUp(lane, GIVEN_UP)
    else if (lane.phase === 'idle') this.#gather(lane)
    else if (lane.phase === 'gathering' && outbox.waiting(id) >= lane.maxLogs) this.#makeReady(lane)
    onChange()
  }

  /** Its end was reported. Beginnings and ends are dropped of nobody alone: where not even they fit, the oldest other executions go as a whole. */
  ended(own: Lane): void {
    const { outbox, onError } = this.#options
    const ended = this.#lanes.get(own.execution.id)
    if (ended && !ended.created) this.#ended.add(ended)
    for (const lane of this.#ended) {
      if (outbox.fullness <= 1) return
      if (lane === ended || lane.created || lane.phase === 'creating') continue
      lane.cancelTimer()
      lane.phase = 'idle'
      onError(overflow(lane.execution.id))
      this.#giveUp(lane, OVERFLOW)
    }
  }

  /** Those that have something to send. */
  get lanes(): Iterable<Lane> {
    return this.#lanes.values()
  }

  /** Whether nothing waits for the server. */
  get isSettled(): boolean {
    return this.#lanes.size === 0
  }

  /** Whether there is room for more, or nobody is to wait for it. */
  get isReady(): boolean {
    const { outbox, blockAt = Infinity } = this.#options
    return outbox.fullness < blockAt || this.#phase !== 'open'
  }

  /** Resolves when {@link Producer.isReady}; a program that waits here is kept alive. */
  ready(): Promise<void> {
    return this.isReady ? Promise.resolve() : this.#blocked.add()
  }

  /** Resolves when everything reported so far, of one execution by whichever handle, or of all, is settled, or when the producer closes; never after the signal. */
  settled(own?: Lane, signal?: AbortSignal): Promise<void> {
    const lanes = own ? [this.#lanes.get(own.execution.id) ?? own] : this.#lanes.values()
    return this.#phase === 'open' ? this.#waiters.add(lanes, signal) : Promise.resolve()
  }

  /** Sends nothing any more. */
  close(): void {
    this.#phase = 'closed'
    for (const lane of this.#lanes.values()) {
      lane.cancelTimer()
      for (const { line } of this.#options.outbox.entries(lane.execution.id)) line?.settle?.(CLOSED)
    }
    this.#waiters.release()
    this.#tellBlocked()
  }

  #tellClosed(): void {
    if (this.#phase === 'closed_and_told') return
    this.#phase = 'closed_and_told'
    this.#options.onError(tooLate())
  }

  #gather(lane: Lane): void {
    const { lingerMs } = this.#options
    const done = (): void => {
      // It may have become a full batch, and gone, meanwhile.
      if (lane.phase === 'gathering') this.#makeReady(lane)
    }
    lane.phase = 'gathering'
    if (lingerMs > 0) lane.cancelTimer = startTimer(lingerMs, done)
    else queueMicrotask(done)
  }

  #makeReady(lane: Lane): void {
    lane.cancelTimer()
    lane.phase = 'ready'
    this.#ready.add(lane)
    this.#sendNext()
  }

  #sendNext(): void {
    for (const lane of this.#ready) {
      if (this.#phase !== 'open' || this.#sending >= MAX_SENDING) return
      this.#ready.delete(lane)
      lane.phase = 'sending'
      this.#sending += 1
      this.#send(lane).then(
        () => this.#sent(lane, 0),
        (thrown: unknown) => this.#sent(lane, this.#refused(lane, toRuntailError(thrown))),
      )
    }
  }

  /** One step: the creation, or one batch. */
  async #send(lane: Lane): Promise<void> {
    const { uplink, outbox } = this.#options
    if (!lane.created && !isContinued(lane.execution)) {
      lane.phase = 'creating'
      await uplink.create(lane.execution)
      lane.phase = 'sending'
      lane.created = true
    }
    const lines = outbox.batch(lane.execution.id, lane.maxLogs)
    if (lines.length === 0) return
    await uplink.append(lane.execution.id, lines)
    outbox.acknowledge(lane.execution.id, lines.length)
    // Before those whom it acknowledged report again: an outbox that was empty counts from 1.
    this.#waiters.check()
    lane.attempt = 0
    lane.maxLogs = Math.min(LIMITS.logsPerAppend, lane.maxLogs * 2)
  }

  /** What to do about a failed step. Gives how long to wait. */
  #refused(lane: Lane, error: RuntailError): number {
    const { outbox, onError } = this.#options
    // Nobody refused anything: the client was closed.
    if (this.#phase !== 'open') return 0
    const { attempt, execution } = lane
    const lines = outbox.batch(execution.id, lane.maxLogs).length
    const call = lane.phase === 'creating' ? 'create' : 'append'
    const decision = afterRefusal({ error, attempt, lines, call, isContinued: isContinued(execution) })
    switch (decision) {
      case 'again':
      case 'create_again':
        if (decision === 'create_again') lane.created = false
        // Somebody must do something about it.
        if (decision === 'again' && !error.retryable && attempt === toldAt(error)) onError(error)
        lane.attempt += 1
        return waitMs(error, { attempt, random: this.#random() })
      case 'halve':
        lane.maxLogs = Math.ceil(lines / 2)
        lane.attempt += 1
        return 0
      case 'drop_line':
        onError(refused(execution.id, error))
        outbox.refuse(execution.id, error.message)
        lane.attempt = 0
        return 0
      case 'give_up':
        onError(error)
        lane.phase = 'refused'
        this.#giveUp(lane, GIVEN_UP)
        return 0
    }
  }

  /** After each step: what comes next for this lane, and who waited for it. */
  #sent(lane: Lane, waitMs: number): void {
    this.#sending -= 1
    if (this.#phase !== 'open') return
    if (lane.phase === 'refused') this.#forget(lane)
    else if (this.#options.outbox.waiting(lane.execution.id) === 0) {
      lane.phase = 'idle'
      this.#forget(lane)
    } else if (waitMs > 0) {
      lane.phase = 'backing_off'
      lane.cancelTimer = startTimer(waitMs, () => this.#makeReady(lane))
    } else {
      lane.phase = 'ready'
      this.#ready.add(lane)
    }
    this.#tellWaiters()
    this.#options.onChange()
    this.#sendNext()
  }

  #giveUp(lane: Lane, loss: Loss): void {
    this.#options.outbox.giveUp(lane.execution.id, loss)
    this.#forget(lane)
    this.#tellWaiters()
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.execution.id)
    this.#ready.delete(lane)
    this.#ended.delete(lane)
  }

  #tellBlocked(): void {
    if (this.isReady) this.#blocked.release()
  }

  #tellWaiters(): void {
    this.#tellBlocked()
    this.#waiters.check()
  }
}
