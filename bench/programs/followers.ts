// A protocol, a URL and executions enter, followers leave that count and check every log: all by the first and last seq of what arrives, one of each execution log by log.

import { answerParent } from '../src/program.ts'
import { PROTOCOLS } from '../src/follower-protocols.ts'
import { numberAt } from '../src/seqs.ts'

/** What `connect` is asked with. */
export interface Connect {
  readonly protocol: string
  readonly url: string
  readonly executionIds: readonly string[]
  /** Of each execution. */
  readonly followers: number
}

/** What `check` answers: since it was asked before. */
export interface Received {
  readonly deliveries: number
  readonly messages: number
  readonly bytes: number
}

interface Group {
  readonly readers: Reader[]
  target: number
  arrived: PromiseWithResolvers<void>
  behind: number
}

const SEQ = '"seq":'
let received = { deliveries: 0, messages: 0, bytes: 0 }
const groups = new Map<string, Group>()

class Reader {
  readonly joined = Promise.withResolvers<void>()
  readonly #group: Group
  readonly #isThorough: boolean
  #next = 1

  constructor(group: Group, isThorough: boolean) {
    this.#group = group
    this.#isThorough = isThorough
  }

  get next(): number {
    return this.#next
  }

  take(bytes: Buffer): void {
    this.joined.resolve()
    const start = bytes.indexOf(SEQ)
    if (start < 0) return
    const first = numberAt(bytes, start + SEQ.length)
    const last = numberAt(bytes, bytes.lastIndexOf(SEQ) + SEQ.length)
    if (first !== this.#next || last < first)
      throw new Error(`Logs ${first} to ${last} came where ${this.#next} was next.`)
    if (this.#isThorough) assertContiguous(bytes.toString(), first, last)
    received.deliveries += last - first + 1
    received.messages += 1
    received.bytes += bytes.length
    const wasBehind = this.#next <= this.#group.target
    this.#next = last + 1
    if (!wasBehind || last < this.#group.target) return
    this.#group.behind -= 1
    if (this.#group.behind === 0) this.#group.arrived.resolve()
  }
}

answerParent({
  async connect({ protocol, url, executionIds, followers }: Connect) {
    const connect = PROTOCOLS[protocol]
    if (!connect) throw new Error(`No such protocol: ${protocol}`)
    for (const executionId of executionIds) {
      const group: Group = { readers: [], target: 0, arrived: Promise.withResolvers<void>(), behind: 0 }
      groups.set(executionId, group)
      for (let index = 0; index < followers; index += 1) {
        const reader = new Reader(group, index === 0)
        group.readers.push(reader)
        connect(url, executionId, (bytes) => reader.take(bytes))
        // Not all at once: the queue of a listening socket is short.
        if (index % 50 === 49) await reader.joined.promise
      }
      await Promise.all(group.readers.map(({ joined }) => joined.promise))
    }
  },

  /** Resolves when every follower of the execution has all logs up to this one. */
  async until({ executionId, seq }: { executionId: string; seq: number }) {
    const group = groups.get(executionId)
    if (!group) throw new Error(`Nobody follows ${executionId}.`)
    group.target = seq
    group.behind = group.readers.filter(({ next }) => next <= seq).length
    if (group.behind === 0) return
    group.arrived = Promise.withResolvers<void>()
    await group.arrived.promise
  },

  check(): Received {
    const since = received
    received = { deliveries: 0, messages: 0, bytes: 0 }
    return since
  },
})

function assertContiguous(text: string, first: number, last: number): void {
  let next = first
  for (const [, seq] of text.matchAll(/[^\\]"seq":(\d+)/g)) {
    if (Number(seq) !== next) throw new Error(`Log ${seq} came where ${next} was next.`)
    next += 1
  }
  if (next !== last + 1) throw new Error(`Logs after ${next - 1} are missing.`)
}
