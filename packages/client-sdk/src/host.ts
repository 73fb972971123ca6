// The port to the process that a client lives in: how it ends, and what it keeps for longer than it lives; Node alone has one, in node/.

import type { RunningExecution } from './execution-handle.ts'
import type { Keeper } from './keeper.ts'
import type { ResolvedOptions } from './options.ts'
import type { Outbox } from './outbox.ts'
import type { Producer } from './producer.ts'
import type { ProducingClient } from './producing-client.ts'

/** A client that produces, with its parts. */
export interface MadeClient {
  readonly client: ProducingClient
  readonly options: ResolvedOptions
  readonly producer: Producer
  readonly outbox: Outbox
}

/** What a host is made from. */
export interface HostOptions extends MadeClient {
  readonly keeper: Keeper | undefined
  /** Makes what delivers an outbox that another process left. */
  readonly producerFor: (left: Outbox) => Producer
  /** Waits as long as something arrives. Gives whether all of it did. */
  readonly delivered: () => Promise<boolean>
}

/** Looks after one client until that is closed. */
export interface Host {
  /** The client started an execution. */
  started(execution: RunningExecution): void
  /** Resolves when nothing of other processes is left to be delivered. */
  settled(): Promise<void>
  /** Logs of other processes that the server acknowledged. */
  readonly acknowledged: number
  /** Gives how many lines of this process are kept for the next one. */
  close(): number
}
