// A log enters, its size leaves: roughly for accounts, exactly where a limit is near; so that few logs are written to JSON only to be measured.

import { LIMITS, RuntailError, type NewExecutionLog } from '@runtail/core'

/** What ids, names and keys come to. */
const FRAME_SIZE = 512

/** A UTF-16 unit takes at most six bytes of JSON, as an escape. */
const MAX_BYTES_PER_UNIT = 6

/** About how much memory a log takes, in UTF-16 units. */
export function roughSize(log: NewExecutionLog): number {
  return (
    FRAME_SIZE +
    (log.message?.length ?? 0) +
    (log.error_message?.length ?? 0) +
    (log.input_data === undefined ? 0 : JSON.stringify(log.input_data).length) +
    (log.output_data === undefined ? 0 : JSON.stringify(log.output_data).length)
  )
}

/** The rough size of a log at `index` of its batch. @throws RuntailError `invalid_input` where its JSON is longer than a log may be */
export function admittedSize(log: NewExecutionLog, index: number): number {
  const size = roughSize(log)
  if (size * MAX_BYTES_PER_UNIT <= LIMITS.logBytes) return size
  const bytes = Buffer.byteLength(JSON.stringify(log))
  if (bytes <= LIMITS.logBytes) return size
  throw new RuntailError('invalid_input', {
    message: `Log ${index} of the batch (id ${log.id}) has ${bytes} bytes of JSON, and one log may have ${LIMITS.logBytes}. Shorten its message or data.`,
    data: { index, id: log.id, bytes, limit: LIMITS.logBytes },
  })
}
