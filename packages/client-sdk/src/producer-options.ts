// What a producer stands on: the network that it sends to, the outbox that it sends from, and its timing. Types only.

import type { NewExecution, RuntailError } from '@runtail/core'
import type { LogLine } from './log-line.ts'
import type { Outbox } from './outbox.ts'

/** What the producer needs of the network. Both reject with our own errors. */
export interface Uplink {
  create(execution: NewExecution): Promise<unknown>
  append(executionId: string, lines: readonly LogLine[]): Promise<unknown>
}

/** What `Producer` is made from. */
export interface ProducerOptions {
  readonly uplink: Uplink
  readonly outbox: Outbox
  /** How long the first line after a silence waits for others; with 0 for those of the same turn of the program only. */
  readonly lingerMs: number
  /** The fullness of the outbox from which on `ready` waits. @default Infinity: never */
  readonly blockAt?: number
  readonly onError: (error: RuntailError) => void
  /** Told after each change of the outbox. */
  readonly onChange: () => void
  /** @default Math.random */
  readonly random?: () => number
}
