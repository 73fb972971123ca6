// Commands of a test enter, frames and pages leave: a server whose store appends, removes, opens again and is wiped, and whose answers come when the test says.

import {
  emptyExecution,
  fold,
  parseCursor,
  RuntailError,
  type Execution,
  type ExecutionLog,
  type LogPage,
  type SeqRange,
} from '@runtail/core'
import type { FollowListener, FollowSource, FollowStart } from '../../src/follow.ts'
import { upTo } from './client.ts'

const ID = 'run-1'
const base = emptyExecution({ id: ID, workflow_id: 'w', created_at: '2026-01-01T00:00:00Z' })

/** A page that was asked for and not answered. */
interface Asked {
  readonly page: LogPage
  readonly resolve: (page: LogPage) => void
  readonly reject: (error: RuntailError) => void
}

/** The server. A log's message names the store that it is of. */
export class ModelServer implements FollowSource {
  head = 0
  /** What retention removed of the present store. */
  readonly removed = new Set<number>()
  readonly asked: Asked[] = []
  #store = 0
  #epochs = ['0.0']
  #listener: FollowListener | undefined
  readonly #sent: (() => void)[] = []

  get epoch(): string {
    return this.#epochs.at(-1) ?? ''
  }

  /** The message of a log that is in the store which began an epoch. */
  static messageOf(seq: number, epoch: string): string {
    return `${seq} of store ${epoch.split('.')[0]}`
  }

  subscribe(_id: string, start: FollowStart, listener: FollowListener): () => void {
    this.#listener = listener
    queueMicrotask(() => this.#begin(start, listener))
    return () => {
      if (this.#listener === listener) this.#listener = undefined
    }
  }

  read(_id: string, after: number, limit: number): Promise<LogPage> {
    let from = after + 1
    while (this.removed.has(from) && from <= this.head) from += 1
    const logs = this.#neighbours({ from, to: Math.min(this.head, from + Math.min(limit, 7) - 1) })
    const cursor = `${this.epoch}:${logs.at(-1)?.seq ?? after}`
    const page = { from: logs.length > 0 ? from : 0, logs, head: this.head, cursor }
    return new Promise((resolve, reject) => this.asked.push({ page, resolve, reject }))
  }

  get(): Promise<Execution> {
    return Promise.resolve(upTo(this.head).reduce((execution, seq) => fold(execution, this.#logAt(seq)), base))
  }

  append(count: number): void {
    this.head += count
  }

  /** Sends a live frame of what is there of a range; what was removed ends it. It is on its way until it is delivered. */
  send({ from, to }: SeqRange): void {
    const logs = this.#neighbours({ from: Math.max(1, from), to: Math.min(to, this.head) })
    const [first] = logs
    const listener = this.#listener
    const { head, epoch } = this
    if (first) this.#sent.push(() => frame({ listener, head, epoch, from: first.seq, logs }))
  }

  /** Delivers so many of the frames that were sent. */
  deliver(count: number): void {
    for (const tell of this.#sent.splice(0, count)) tell()
  }

  lose(): void {
    const listener = this.#listener
    this.#listener = undefined
    this.#sent.length = 0
    listener?.ended(disconnected())
  }

  /** Opens the same store again. */
  reopen(): void {
    this.#epochs.push(`${this.#store}.${this.#epochs.length}`)
    this.lose()
  }

  /** Begins another store, with so many logs. */
  wipe(head: number): void {
    this.#store += 1
    this.#epochs = [`${this.#store}.0`]
    this.removed.clear()
    this.head = head
    this.lose()
  }

  /** Answers one of the pages that were asked for, as the store was when it was asked. */
  answer(index: number, error?: RuntailError): void {
    const [asked] = this.asked.splice(index % Math.max(1, this.asked.length), 1)
    if (error) asked?.reject(error)
    else asked?.resolve(asked.page)
  }

  #begin({ after, last }: FollowStart, listener: FollowListener): void {
    const cursor = typeof after === 'string' ? parseCursor(after) : undefined
    const reset = cursor !== undefined && !this.#epochs.includes(cursor.epoch)
    const tail = last === undefined ? 0 : Math.max(0, this.head - last)
    let from = (reset ? 0 : (cursor?.seq ?? tail)) + 1
    while (this.removed.has(from)) from += 1
    const logs = this.#neighbours({ from, to: Math.min(this.head, from + 6) })
    frame({ listener, head: this.head, epoch: this.epoch, from, logs, reset })
  }

  #neighbours({ from, to }: SeqRange): ExecutionLog[] {
    const logs: ExecutionLog[] = []
    for (let seq = from; seq <= to && !this.removed.has(seq); seq += 1) logs.push(this.#logAt(seq))
    return logs
  }

  #logAt(seq: number): ExecutionLog {
    return {
      id: `l${seq}`,
      execution_id: ID,
      seq,
      timestamp: '2026-01-01T00:00:00.000Z',
      level: 'info',
      step_name: '',
      step_type: '',
      message: ModelServer.messageOf(seq, this.epoch),
    }
  }
}

interface Frame {
  readonly listener: FollowListener | undefined
  readonly head: number
  readonly epoch: string
  readonly from: number
  readonly logs: readonly ExecutionLog[]
  readonly reset?: boolean
}

function frame({ listener, head, epoch, from, logs, reset }: Frame): void {
  const last = logs.at(-1)?.seq ?? from - 1
  listener?.frame(`${epoch}:${last}`, { from, logs, head, ...(reset && { reset: true as const }) })
}

/** A connection that is gone. */
export function disconnected(): RuntailError {
  return new RuntailError('disconnected', { message: 'lost' })
}
