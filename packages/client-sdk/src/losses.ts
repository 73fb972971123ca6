// What is lost enters, what followers and the program are told of it leaves: no loss is silent. Invariant 5.

import { RuntailError } from '@runtail/core'
import { toLine, type LogLine } from './log-line.ts'

/** The line that followers see where lines are gone. */
export function gapLine(executionId: string, dropped: number, reason: string): LogLine {
  return toLine({
    execution_id: executionId,
    step_name: 'runtail',
    step_type: 'runtail.gap',
    level: 'warning',
    message: `${dropped} ${dropped === 1 ? 'log is' : 'logs are'} missing here: ${reason}`,
    output_data: { dropped },
  })
}

/** At the beginning of a gap. */
export function overflow(executionId: string): RuntailError {
  return new RuntailError('outbox_overflow', {
    message: `The outbox is full, so the oldest logs of ${executionId} are being dropped. Is the server reachable? Else raise outbox.maxLogs and outbox.maxBytes.`,
    data: { execution_id: executionId },
  })
}

/** A line that the server does not take. */
export function refused(executionId: string, cause: RuntailError): RuntailError {
  return new RuntailError(cause.code, {
    message: `A log was refused: ${cause.message}`,
    data: { execution_id: executionId },
    cause,
  })
}

/** The first line after the end of its client. */
export function tooLate(): RuntailError {
  return new RuntailError('closed', {
    message: 'The client is closed; what is reported from now on is lost. Close it after the last report.',
  })
}

/** A line that could not even be made. */
export function unwritten(cause: unknown): RuntailError {
  return new RuntailError('internal', {
    message: 'A log could not be written. Please report it with its cause.',
    cause,
  })
}

/** At the end of a program; `kept` of them wait for its next start. */
export function undelivered(unsent: number, kept: number): RuntailError {
  const fate = kept === unsent ? 'they are kept for the next start' : 'they are lost'
  return new RuntailError('disconnected', {
    message: `The program ended with ${unsent} logs that the server did not acknowledge; ${fate}.`,
    data: { unsent, ...(kept > 0 ? { kept } : {}) },
  })
}
