// What a viewport shows, and how: the properties of `LogViewport`, in a file of their own because its composables read them too.

import type { LogBuffer, LogMatches, SeqRange } from '@runtail/core'
import type { FollowMode } from './follow-machine.ts'
import type { TimeStyle } from './row-time.ts'

/** Properties of `LogViewport`. */
export interface ViewportProps {
  readonly logs: LogBuffer
  /** Changes whenever `logs` or `shown` grew: neither is reactive. */
  readonly version: number
  /** How many lines there are, held or not. Rows end with the last line held: those after it are on their way. */
  readonly head: number
  /** What can never be had. */
  readonly gaps: readonly SeqRange[]
  /** What is neither held nor gone. */
  readonly unloaded: readonly SeqRange[]
  readonly mode: FollowMode
  /** Only lines after it are told of as arrived. */
  readonly pastLastSeq: number
  readonly label: string
  /** The only lines to show. @default all of them */
  readonly shown?: LogMatches | undefined
  /** Show whole messages on as many lines as they need. @default false */
  readonly wrap?: boolean | undefined
  /** @default 'local' */
  readonly time?: TimeStyle | undefined
  /** Unix milliseconds that relative times count from. @default 0 */
  readonly originMs?: number | undefined
  /** Marked in the rows. */
  readonly highlight?: RegExp | undefined
  /** The line that is spoken of: a hit of the search, a line opened. */
  readonly currentSeq?: number | undefined
  /** Lines that a link leads to. */
  readonly linked?: SeqRange | undefined
}

/** Where a line that is revealed comes to stand. */
export interface RevealOptions {
  /** In the middle, or no further than it must. @default 'center' */
  readonly align?: 'center' | 'nearest'
}
