// What a log panel is given; the defaults are those of `ExecutionLogViewer.vue`.

import type { WatchStatus } from '@runtail/client-sdk'
import type { Execution, LogBuffer, SeqRange } from '@runtail/core'

/** Props of `ExecutionLogViewer`. */
export interface PanelProps {
  readonly logs: LogBuffer
  /** Changes whenever `logs` grew: the buffer itself is not reactive. */
  readonly version: number
  /** How many lines there are, held or not. */
  readonly head: number
  /** What can never be had. */
  readonly gaps: readonly SeqRange[]
  /** What the server has and `logs` does not. @default nothing */
  readonly unloaded?: readonly SeqRange[]
  /** Fetches what of a range is not held; without it nothing more can be had. */
  readonly load?: ((range: SeqRange, signal?: AbortSignal) => Promise<void>) | undefined
  /** Lines of each level, held or not. */
  readonly counts?: Execution['log_counts'] | undefined
  /** Lines that arrive while `loading` are not new; what has `ended` cannot be paused. @default 'live' */
  readonly status?: WatchStatus
  /** What to say while there is no line. @default 'No lines yet' */
  readonly placeholder?: string
  /** Name of the panel for screen readers. @default 'Log' */
  readonly label?: string
  /** `compact` folds the toolbar. @default 'full' */
  readonly density?: 'full' | 'compact'
  /** Of a downloaded file, without its ending. @default 'log' */
  readonly fileName?: string
  /** Where relative times begin, in Unix milliseconds. @default the first line held */
  readonly timeOriginMs?: number | undefined
  /** Under which name the browser keeps wrap, time and shortcuts; empty: not at all. @default 'runtail-log' */
  readonly storageKey?: string
}
