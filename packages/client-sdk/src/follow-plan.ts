// A follower's position and what the server sent enter, what is new, what is missing and where that leaves the follower leave. Pure. Invariant 4.

import type { ExecutionLog, FollowFrame, LogPage, SeqRange } from '@runtail/core'

/** What to do with a frame. */
export interface FramePlan {
  /** Everything before this frame is void: the position is 0 again. */
  readonly reset: boolean
  /** To be read before `logs` are delivered. */
  readonly missing: SeqRange | undefined
  /** What is new of the frame; contiguous. */
  readonly logs: readonly ExecutionLog[]
}

/**
 * What a frame brings to a follower that has everything up to `position`. Frames of another server have other boundaries, so only seqs tell
 * what is new; an empty frame tells what is waited for and the head, so that a lost end shows too.
 */
export function planFrame(position: number, frame: FollowFrame): FramePlan {
  const reset = frame.reset === true
  const at = reset ? 0 : position
  const logs = frame.logs.slice(Math.max(0, at + 1 - frame.from))
  const expected = frame.logs.length > 0 ? frame.from - 1 : Math.max(frame.from - 1, frame.head)
  return { reset, logs, missing: expected > at ? { from: at + 1, to: expected } : undefined }
}

/** What a page brings towards filling a hole. */
export interface FillPlan {
  readonly logs: readonly ExecutionLog[]
  /** The server has later ones, but not these, and never will again. */
  readonly gap: SeqRange | undefined
  /** What is still missing. */
  readonly missing: SeqRange | undefined
}

/** What a page read after `missing.from - 1` says about the hole. Nothing beyond the page's head counts as lost: the server may be behind. */
export function planFill(missing: SeqRange, page: Pick<LogPage, 'from' | 'logs' | 'head'>): FillPlan {
  const { from } = missing
  const to = Math.min(missing.to, page.head)
  const logs = page.logs.slice(Math.max(0, from - page.from), Math.max(0, to + 1 - page.from))
  const first = Math.max(from, logs.length > 0 ? page.from : to + 1)
  const nextFrom = first + logs.length
  return {
    logs,
    gap: first > from ? { from, to: first - 1 } : undefined,
    missing: nextFrom <= missing.to ? { from: nextFrom, to: missing.to } : undefined,
  }
}
