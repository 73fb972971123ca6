// A log enters, its size leaves: roughly for accounts, exactly where a limit is near; so that few logs are written to JSON only to be measured.

import { LIMITS, RuntailError, type NewExecutionLog } from '@runtail/core'

/** More than ids, names and keys come to. */
const FRAME_SIZE = 1024

/** A UTF-16 unit takes at most six bytes of JSON, as an escape. */
const MAX_BYTES_PER_UNIT = 6

/** About how much memory a log takes, in UTF-16 units. */
function roughSize(log: NewExecutionLog): number {
  return (
    FRAME_SIZE +
    (log.message?.length ?? 0) +
    (log.error_message?.length ?? 0) +
    (log.input_data === undefined ? 0 : JSON.stringify(log.input_data).length) +
    (log.output_data === undefined ? 0 : JSON.stringify(log.output_data).length)
  )
}

/**
 * The rough size of a log at `index` of its batch.
 * @throws RuntailError `invalid_input` where it has no JSON, or a longer one than a log may have
 */
export function admittedSize(log: NewExecutionLog, index: number): number {
  const [size, bytes] = measured(log, index)
  if (bytes <= LIMITS.logBytes) return size
  throw new RuntailError('invalid_input', {
    message: `Log ${index} of the batch (id ${log.id}) has ${bytes} bytes of JSON, and one log may have ${LIMITS.logBytes}. Shorten its message or data.`,
    data: { index, id: log.id, bytes, limit: LIMITS.logBytes },
  })
}

/** The rough size, and the bytes of JSON where they may be too many. Validation lets only JSON through, but calls within the process pass none. */
function measured(log: NewExecutionLog, index: number): [size: number, bytes: number] {
  try {
    const size = roughSize(log)
    return [size, size * MAX_BYTES_PER_UNIT <= LIMITS.logBytes ? 0 : Buffer.byteLength(JSON.stringify(log))]
  } catch (cause) {
    throw new RuntailError('invalid_input', {
      message: `Log ${index} of the batch (id ${log.id}) cannot be written as JSON: ${String(cause)}.`,
      data: { index, id: log.id },
      cause,
    })
  }
}
