import { expect, test } from 'vitest'
import { ERROR_CODES, isErrorCode, RuntailError, toRuntailError, type ErrorCode } from '../src/index.ts'

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s says by itself whether trying again can help', (code) => {
  const error = new RuntailError(code, { message: 'x', data: { a: 1 } })
  expect(error).toMatchObject({ name: 'RuntailError', code, retryable: ERROR_CODES[code].retryable, data: { a: 1 } })
})

test('only our own codes are codes', () => {
  expect(isErrorCode('not_found')).toBe(true)
  expect(isErrorCode('toString')).toBe(false)
  expect(isErrorCode(404)).toBe(false)
})

test('a foreign error is kept as the cause of an internal one', () => {
  const cause = new TypeError('boom')
  const error = toRuntailError(cause)
  expect(error).toMatchObject({ code: 'internal', retryable: true })
  expect(error.cause).toBe(cause)
  expect(error.message).toContain('boom')
  expect(toRuntailError(error)).toBe(error)
  expect(toRuntailError('text').message).toContain('text')
})
