// The shapes of what a run writes down: what was stored, said, acknowledged and seen; the checker reads nothing else.

import type { Completeness } from '@runtail/client-sdk'
import type { Execution, SeqRange } from '@runtail/core'

/** An execution as a store holds it. */
export interface StoredExecution {
  readonly execution: Execution
  /** The JSON of its logs, lowest seq first. */
  readonly lines: readonly string[]
}

/** One store, from its making or its restoration to its replacement or to the end. */
export interface StoreHistory {
  /** Those that its openings began; a restored store knows older ones besides. */
  readonly epochs: readonly string[]
  readonly executions: readonly StoredExecution[]
}

/** A producer was told that these are stored. */
export interface Ack {
  /** Which of the stores took them. */
  readonly store: number
  readonly executionId: string
  readonly ids: readonly string[]
}

/** What one program reported of one execution. */
export interface ProducerHistory {
  readonly name: string
  readonly executionId: string
  /** Ids of the logs that it named itself, in its order. */
  readonly said: readonly string[]
  /** How it ended the execution; undefined where it did not. */
  readonly ending: 'completed' | 'failed' | 'canceled' | undefined
  /** Logs that its outbox says it dropped. */
  readonly dropped: number
  /** `delivered`: its outbox said that all is settled; `waiting`: it never did; `killed`: it is gone with what it held. */
  readonly fate: 'delivered' | 'waiting' | 'killed'
}

/** One update as a follower got it. */
export interface SeenUpdate {
  readonly cursor: string
  readonly reset: boolean
  readonly head: number
  readonly gaps: readonly SeqRange[]
  /** The JSON of its logs. */
  readonly lines: readonly string[]
  readonly execution: Pick<Execution, 'status' | 'head_seq'>
}

/** One call of `follow`, from its cursor to its end. Those of one name follow each other: each begins with the cursor of the one before. */
export interface FollowHistory {
  readonly name: string
  readonly executionId: string
  readonly after: string | undefined
  readonly updates: readonly SeenUpdate[]
  /** `left`: the follower went away by itself; `following`: it is there to the end, so it must have everything. */
  readonly fate: 'left' | 'following'
}

/** What a shared view of one execution showed at the end. */
export interface WatchHistory {
  readonly name: string
  readonly executionId: string
  readonly status: string
  readonly lines: readonly string[]
  readonly completeness: Completeness
  readonly head: number
}

/** What a live list showed at the end. */
export interface ListHistory {
  readonly name: string
  readonly executions: readonly Execution[]
}

/** Everything of one run. */
export interface RunHistory {
  /** Oldest first; the last is the one at the end. */
  readonly stores: readonly StoreHistory[]
  readonly acks: readonly Ack[]
  readonly producers: readonly ProducerHistory[]
  readonly follows: readonly FollowHistory[]
  readonly watches: readonly WatchHistory[]
  readonly lists: readonly ListHistory[]
  /** Whether, after everything had healed, producers and readers had everything in time. */
  readonly becameWhole: boolean
  /** Errors that should not have been. */
  readonly problems: readonly string[]
}
