// How a command ended enters, the log that ends its execution and how we end leave. Pure.

import type { LogFields } from '@runtail/client-sdk'
import { constants } from 'node:os'
import type { Ending } from '../command.ts'
import { STOP_SIGNALS } from '../signals.ts'

/** How a command ended: it exited, a signal ended it, or it could not even start. */
export type Outcome =
  | { readonly kind: 'exit'; readonly exitCode: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'spawn_error'; readonly code: string | undefined; readonly message: string }

/** What else the end depends on. */
export interface EndingContext {
  readonly durationMs: number
  /** The first signal that we got while the command ran. */
  readonly interruptedBy: NodeJS.Signals | undefined
}

/** A log that ends an execution. */
export interface EndLog {
  readonly message: string
  readonly fields: LogFields
}

/** The log of the end. A command that was stopped is canceled, unless it ended well all the same. */
export function endLog(outcome: Outcome, { durationMs, interruptedBy }: EndingContext): EndLog {
  const message = describeOutcome(outcome)
  const output_data = {
    exit_code: outcome.kind === 'signal' ? null : exitCodeOf(outcome),
    signal: outcome.kind === 'signal' ? outcome.signal : null,
  }
  const common = { duration_ms: durationMs, output_data }
  if (outcome.kind === 'exit' && outcome.exitCode === 0) {
    return { message, fields: { ...common, level: 'info', event: 'execution.completed' } }
  }
  const stopped = outcome.kind === 'signal' ? isStop(outcome.signal) : interruptedBy !== undefined
  return stopped && outcome.kind !== 'spawn_error'
    ? { message, fields: { ...common, level: 'warning', event: 'execution.canceled' } }
    : { message, fields: { ...common, level: 'error', event: 'execution.failed', error_message: message } }
}

/** How we end: as the command did. A stop signal is raised anew; after another one, a second core dump would help nobody. */
export function endingOf(outcome: Outcome): Ending {
  return outcome.kind === 'signal' && isStop(outcome.signal) ? outcome.signal : exitCodeOf(outcome)
}

/** As shells give it: 127 not found, 126 not executable, 128 + n for signal n. */
function exitCodeOf(outcome: Outcome): number {
  if (outcome.kind === 'exit') return outcome.exitCode
  if (outcome.kind === 'signal') return 128 + constants.signals[outcome.signal]
  return outcome.code === 'ENOENT' ? 127 : 126
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'exit') return `Exited with ${outcome.exitCode}`
  if (outcome.kind === 'signal') return `Ended by ${outcome.signal}`
  return outcome.message
}

function isStop(signal: NodeJS.Signals): boolean {
  return STOP_SIGNALS.some((stop) => stop === signal)
}
