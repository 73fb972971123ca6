// What a call failed with enters, as the server tells it; our own error leaves, so that everybody branches on one class.

import { isErrorCode, RuntailError, type ErrorCode } from '@runtail/core'

/** The part of tRPC's error shape that we read; whoever answers may not be our server. */
export interface ErrorShape {
  readonly message?: unknown
  readonly data?: { readonly code?: unknown; readonly runtail?: { readonly code?: unknown; readonly data?: unknown } }
}

/** The error of an answer. A code that only a newer server knows becomes `internal`. */
export function errorOfShape(shape: ErrorShape): RuntailError {
  const ours = shape.data?.runtail
  const code: ErrorCode = isErrorCode(ours?.code) ? ours.code : 'internal'
  const message =
    typeof shape.message === 'string' ? shape.message : 'The server answered with an error that says nothing.'
  return new RuntailError(code, { message, data: { ...(isRecord(ours?.data) ? ours.data : {}) } })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
