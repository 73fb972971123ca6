// What goes wrong, as one class: a code to branch on, whether trying again can help, and what to do about it.

/** Every code, with whether the same call may succeed later without being changed. The one reviewed list of fatal and retryable. */
export const ERROR_CODES = {
  /** The input breaks the schema or a limit. */
  invalid_input: { retryable: false },
  /** No such execution. */
  not_found: { retryable: false },
  /** The id is taken by something else. */
  conflict: { retryable: false },
  /** The principal may not do this. */
  forbidden: { retryable: false },
  /** No valid token came along. */
  unauthorized: { retryable: false },
  /** Too much at once: subscriptions on a socket, bytes waiting for the store. */
  overloaded: { retryable: true },
  /** The store cannot take or give logs now: disk full, locked, lost. */
  store_unavailable: { retryable: true },
  /** The database was written by a newer version. */
  store_too_new: { retryable: false },
  /** The database file is damaged, or is not a database. */
  store_corrupt: { retryable: false },
  /** The address to listen on is taken, or may not be used. */
  cannot_listen: { retryable: false },
  /** An option has a value that cannot work. */
  invalid_option: { retryable: false },
  /** No connection to the server. */
  disconnected: { retryable: true },
  /** The client, the server or the execution handle was closed before. */
  closed: { retryable: false },
  /** The outbox had no room and dropped the oldest logs. */
  outbox_overflow: { retryable: false },
  /** Something was reported with the client itself, outside of any execution. */
  no_context: { retryable: false },
  /** A defect of ours. */
  internal: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>

/** A stable name of what went wrong. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What {@link RuntailError} is made from. */
export interface RuntailErrorInit {
  /** What happened, and what the reader can do about it. */
  readonly message: string
  /** The values the message speaks of, for programs. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The one error class of Runtail. */
export class RuntailError extends Error {
  override readonly name = 'RuntailError'
  readonly code: ErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, init: RuntailErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.retryable = ERROR_CODES[code].retryable
    this.data = init.data ?? {}
  }
}

/** Whether a text is one of our codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}

/** The error itself if it is ours, else `internal` around it, so that every path ends in one class. */
export function toRuntailError(error: unknown): RuntailError {
  if (error instanceof RuntailError) return error
  return new RuntailError('internal', {
    message: `Unexpected failure: ${error instanceof Error ? error.message : String(error)}. Please report it with its cause.`,
    cause: error,
  })
}
