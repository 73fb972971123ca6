// The logs of an execution that failed enter, the line to go to leaves: where it went wrong, as far as it is held. Pure.

import type { LogBuffer } from '@runtail/core'

/** An error that lies further back has little to do with the end. */
const LINES_TO_LOOK_AT = 20_000

/** The seq of the last error before the one that ended the execution; of that one where there is no other; undefined where none is held. */
export function failedLine(logs: LogBuffer): number | undefined {
  let end: number | undefined
  const lowest = Math.max(logs.first, logs.last - LINES_TO_LOOK_AT)
  for (let seq = logs.last; seq >= lowest && seq > 0; seq -= 1) {
    if (logs.levelAt(seq) !== 'error') continue
    if (end !== undefined) return seq
    if (logs.get(seq)?.event === 'execution.failed') end = seq
  }
  return end
}
