// What a producer does about each failure.

import { ERROR_CODES, RuntailError, type ErrorCode } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { afterRefusal, toldAt, type Decision } from '../src/refusal.ts'

/** For an existing execution: a batch of several lines, and of one. */
const TABLE: Record<ErrorCode, readonly [Decision, Decision]> = {
  invalid_input: ['halve', 'drop_line'],
  not_found: ['create_again', 'create_again'],
  conflict: ['give_up', 'give_up'],
  forbidden: ['give_up', 'give_up'],
  unauthorized: ['again', 'again'],
  overloaded: ['again', 'again'],
  store_unavailable: ['again', 'again'],
  store_too_new: ['again', 'again'],
  store_corrupt: ['again', 'again'],
  cannot_listen: ['give_up', 'give_up'],
  invalid_option: ['give_up', 'give_up'],
  disconnected: ['again', 'again'],
  closed: ['give_up', 'give_up'],
  outbox_overflow: ['give_up', 'give_up'],
  no_context: ['give_up', 'give_up'],
  internal: ['again', 'again'],
}

const failure = (code: ErrorCode, data = {}): RuntailError => new RuntailError(code, { message: 'no', data })

describe.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s', (code) => {
  test('on several lines, on one, and on the creation', () => {
    const error = failure(code)
    expect(afterRefusal({ error, attempt: 0, lines: 5, call: 'append', isContinued: false })).toBe(TABLE[code][0])
    expect(afterRefusal({ error, attempt: 0, lines: 1, call: 'append', isContinued: false })).toBe(TABLE[code][1])
    expect(afterRefusal({ error, attempt: 0, lines: 5, call: 'create', isContinued: false })).toBe(
      TABLE[code][0] === 'again' ? 'again' : 'give_up',
    )
  })
})

test('a message that the server finds too long becomes shorter, and only a line that ends the connection again and again is to blame', () => {
  const error = failure('disconnected', { close_code: 1009 })
  expect(afterRefusal({ error, attempt: 0, lines: 100, call: 'append', isContinued: false })).toBe('halve')
  expect(afterRefusal({ error, attempt: 1, lines: 1, call: 'append', isContinued: false })).toBe('again')
  expect(afterRefusal({ error, attempt: 12, lines: 1, call: 'append', isContinued: false })).toBe('drop_line')
})

test('an execution that is continued cannot be made again: it is looked for, quietly at first, and given up at last', () => {
  const error = failure('not_found')
  const decisions = Array.from({ length: 17 }, (_, attempt) =>
    afterRefusal({ error, attempt, lines: 5, call: 'append', isContinued: true }),
  )
  expect(decisions).toEqual([...Array.from({ length: 16 }, () => 'again'), 'give_up'])
  expect(toldAt(error)).toBe(4)
  expect(toldAt(failure('forbidden'))).toBe(0)
})
