// What server and clients agree on beside the schema: shapes of frames and pages, limits, close codes, keep-alive; PROTOCOL.md is its prose.

import type { Execution } from './execution.ts'
import type { ExecutionLog } from './log.ts'

/** Limits that the server enforces and clients keep to. */
export const LIMITS = {
  /** Bytes of one WebSocket message or HTTP body. */
  frameBytes: 1024 * 1024,
  /** Logs in one `logs.append`. */
  logsPerAppend: 1000,
  /** Logs in one frame of `logs.follow`. */
  logsPerFrame: 256,
  /** Bytes of logs after which a frame is closed. */
  bytesPerFrame: 64 * 1024,
  /** Logs in one page of `logs.read`. */
  logsPerPage: 1000,
  /** Executions in one page of `executions.list`. */
  executionsPerPage: 100,
  /** UTF-16 units of an id. */
  idLength: 128,
  /** UTF-16 units of a name, a workflow id, a step's name or type, a tag. */
  nameLength: 256,
  /** Tags of an execution. */
  tags: 32,
  /** UTF-16 units of a message or an error message. */
  messageLength: 256 * 1024,
  /** Nesting of `input_data` and `output_data`. */
  jsonDepth: 64,
  /** Bytes of one stored log, as JSON. */
  logBytes: 768 * 1024,
  /** Subscriptions on one socket. */
  subscriptionsPerSocket: 200,
} as const

/** WebSocket close codes with a meaning of ours. */
export const CLOSE_CODES = {
  /** The server goes away or restarts: come back. (RFC 6455) */
  goingAway: 1001,
  /** No valid token came along, or it expired: come back with a new one. */
  unauthorized: 4401,
  /** The principal may not do this. */
  forbidden: 4403,
  /** No such execution (plain endpoint). */
  notFound: 4404,
  /** The follower read nothing for too long: come back and resume. */
  tooSlow: 4008,
} as const

/** How both sides notice a half-open socket within 10 s: silence, then a ping, then the end. */
export const KEEP_ALIVE = {
  /** Milliseconds of silence before a ping. */
  pingAfterMs: 4000,
  /** Milliseconds to wait for any sign of life after it. */
  pongWithinMs: 4000,
} as const

/** Milliseconds after which a quiet follower is told the head again, so that a lost tail is noticed. */
export const SYNC_INTERVAL_MS = 10_000

/** One frame of `logs.follow`; its tracked id is the cursor after it. */
export interface FollowFrame {
  /** The seq of the first log; where `logs` is empty, the seq that is waited for. */
  readonly from: number
  /** Contiguous: `from`, `from + 1`, … */
  readonly logs: readonly ExecutionLog[]
  /** The head of the execution when the frame was made. */
  readonly head: number
  /** The store was wiped or restored: what the follower holds of this execution is void. Only on a first frame. */
  readonly reset?: true
}

/** Which logs of an execution to read; without `after` and `before`, from the first. */
export interface ReadRange {
  /** Only logs with a greater seq, lowest first. */
  readonly after?: number
  /** Only logs with a smaller seq: the last ones of them (in ascending order all the same). */
  readonly before?: number
  readonly limit: number
}

/** One page of `logs.read`. May be shorter than `limit` where the logs are large; the head tells whether there is more. */
export interface LogPage {
  /** The seq of the first log; where `logs` is empty, 0. */
  readonly from: number
  readonly logs: readonly ExecutionLog[]
  readonly head: number
  /** The cursor at the last log of the page (`epoch:seq`). */
  readonly cursor: string
}

/** The answer to `logs.append`, given after the commit. */
export interface AppendResult {
  readonly head: number
  readonly accepted: number
  readonly duplicates: number
}

/** One page of `executions.list`, newest first. */
export interface ExecutionPage {
  readonly executions: readonly Execution[]
  /** Hand it back as `before` for the next page; absent on the last. */
  readonly next?: number
  /** Where `executions.watch` goes on from this page without a gap (`epoch:revision`). */
  readonly cursor: string
}

/** One frame of `executions.watch`; its tracked id is the cursor after it (`epoch:revision`). */
export interface ExecutionsFrame {
  /** Executions that changed, in their newest state, oldest change first. Empty in a sync frame. */
  readonly executions: readonly Execution[]
  /** The cursor belonged to another store: list again. */
  readonly reset?: true
}
