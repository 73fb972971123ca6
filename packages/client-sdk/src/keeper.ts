// The port behind `outbox.folder`: an outbox that outlives the process, and what other processes left to be delivered; Node alone has one, in node/.

import type { RuntailError } from '@runtail/core'
import type { ResolvedOutbox } from './options.ts'
import type { GapWriter, Outbox } from './outbox.ts'
import type { Producer } from './producer.ts'

/** What a keeper is made from. */
export interface KeeperOptions {
  /** The server that everything kept is for. */
  readonly url: string
  readonly folder: string
  readonly outbox: ResolvedOutbox
  readonly writeGap: GapWriter
  /** Told at the beginning of each gap. */
  readonly onDrop: (executionId: string) => void
  readonly onError: (error: RuntailError) => void
}

/** Keeps lines for longer than the process lives. */
export interface Keeper {
  /** Of this process. */
  readonly outbox: Outbox
  /** Logs of other processes that the server acknowledged. */
  readonly acknowledged: number
  /** Whether nothing of other processes is being delivered. */
  readonly isIdle: boolean
  /** Begins to deliver what dead processes left, one after the other, through producers made here; once. */
  adopt(producerFor: (outbox: Outbox) => Producer): void
  /** Resolves when it is idle, or closed. */
  idle(): Promise<void>
  /** Leaves nothing behind where nothing waits. */
  tidy(): void
  /** Leaves what waits to the next client. Gives how many lines of this process these are. */
  close(): number
}
