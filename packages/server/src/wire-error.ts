// Whatever was thrown enters, the error that a client may see leaves: our code, message and data, never a stack or an unexpected failure's text.

import { RuntailError, type ErrorCode } from '@runtail/core'
import { TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server'
import { getHTTPStatusCodeFromError } from '@trpc/server/http'
import { z } from 'zod'

/** What the `data` of every tRPC error holds of ours. */
export interface WireErrorData {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly data: Readonly<Record<string, unknown>>
}

const TRPC_CODES = {
  invalid_input: 'BAD_REQUEST',
  not_found: 'NOT_FOUND',
  conflict: 'CONFLICT',
  forbidden: 'FORBIDDEN',
  unauthorized: 'UNAUTHORIZED',
  overloaded: 'TOO_MANY_REQUESTS',
  store_unavailable: 'SERVICE_UNAVAILABLE',
  store_too_new: 'INTERNAL_SERVER_ERROR',
  store_corrupt: 'INTERNAL_SERVER_ERROR',
  cannot_listen: 'INTERNAL_SERVER_ERROR',
  invalid_option: 'INTERNAL_SERVER_ERROR',
  disconnected: 'SERVICE_UNAVAILABLE',
  closed: 'SERVICE_UNAVAILABLE',
  outbox_overflow: 'INTERNAL_SERVER_ERROR',
  no_context: 'INTERNAL_SERVER_ERROR',
  internal: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TRPC_ERROR_CODE_KEY>

/** What tRPC itself refuses, by its code. */
const OWN_CODES: { readonly [Code in TRPC_ERROR_CODE_KEY]?: ErrorCode } = {
  BAD_REQUEST: 'invalid_input',
  PARSE_ERROR: 'invalid_input',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'invalid_input',
  UNSUPPORTED_MEDIA_TYPE: 'invalid_input',
  PAYLOAD_TOO_LARGE: 'invalid_input',
  UNPROCESSABLE_CONTENT: 'invalid_input',
}

/** How many broken fields a message names. */
const NAMED_ISSUES = 3

/** UTF-16 units of what a message quotes. */
const MAX_TEXT_LENGTH = 200

/** The error for the outside. Defects become `internal` without their text; the caller logs the cause. */
export function wireError(thrown: unknown): RuntailError {
  const error = thrown instanceof TRPCError && thrown.cause !== undefined ? thrown.cause : thrown
  if (error instanceof RuntailError) return forOutside(error)
  if (error instanceof z.ZodError) return invalidInput(error)
  if (isSocketFault(error))
    return new RuntailError('invalid_input', { message: 'The frame cannot be read.', cause: error })
  if (thrown instanceof TRPCError) {
    if (thrown.code === 'PAYLOAD_TOO_LARGE') return tooLarge()
    const code = OWN_CODES[thrown.code]
    // The texts of tRPC's own refusals are about the call, except where a cause of another library lies behind them.
    if (code) return new RuntailError(code, { message: thrown.cause ? 'The message cannot be read.' : thrown.message })
  }
  return new RuntailError('internal', {
    message: 'Unexpected failure in the server; its log has the cause.',
    cause: thrown,
  })
}

/** The tRPC error of an error, so that HTTP answers have the right status. */
export function trpcError(thrown: unknown): TRPCError {
  const cause = wireError(thrown)
  return new TRPCError({ code: trpcCode(cause), message: cause.message, cause })
}

/** tRPC's name for one of our codes. */
export function trpcCode(error: RuntailError): TRPC_ERROR_CODE_KEY {
  return TRPC_CODES[error.code]
}

/** The status of an HTTP answer with this error. */
export function httpStatus(error: RuntailError): number {
  return getHTTPStatusCodeFromError(trpcError(error))
}

/** What a client gets of an error, beside its message. */
export function wireErrorData(error: RuntailError): WireErrorData {
  return { code: error.code, retryable: error.retryable, data: error.data }
}

/** Inside, `closed` is final for the object that was closed; for a client, the server that comes back will take the call. */
function forOutside(error: RuntailError): RuntailError {
  if (error.code !== 'closed') return error
  return new RuntailError('store_unavailable', { message: 'The server is stopping. Try again.', cause: error })
}

/** Keys of the input, which may be long, come back in paths and messages. */
function brief(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}…`
}

function tooLarge(): RuntailError {
  return new RuntailError('invalid_input', {
    message: 'The request is larger than the server takes. Send fewer or shorter logs at once.',
  })
}

/** What `ws` says of a frame that breaks the protocol. */
function isSocketFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('WS_ERR_')
}

function invalidInput(error: z.ZodError): RuntailError {
  const issues = error.issues.map(({ path, message }) => ({
    path: brief(z.core.toDotPath(path)),
    // zod's own words begin as ours do.
    message: brief(message.replace(/^Invalid input: /, '')),
  }))
  const named = issues
    .slice(0, NAMED_ISSUES)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const more = issues.length > NAMED_ISSUES ? `; and ${issues.length - NAMED_ISSUES} more` : ''
  return new RuntailError('invalid_input', {
    message: `Invalid input: ${named.join('; ')}${more}`,
    data: { issues: issues.slice(0, NAMED_ISSUES) },
  })
}
