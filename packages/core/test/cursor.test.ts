import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeCursor, parseCursor, resumeAt } from '../src/index.ts'

test('a cursor survives its text', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9-]{1,36}$/), fc.maxSafeNat(), (epoch, seq) => {
      expect(parseCursor(encodeCursor({ epoch, seq }))).toStrictEqual({ epoch, seq })
    }),
  )
})

test.each([
  '',
  ':',
  ':5',
  'abc',
  'abc:',
  'abc:-1',
  'abc:1.5',
  'abc:1e3',
  'abc: 1',
  'abc:99999999999999999',
  'abc:9007199254740993',
])('%j is no cursor', (text) => {
  expect(parseCursor(text)).toBeUndefined()
})

test.each([
  ['nobody yet', undefined, true, { after: 0, reset: false }],
  ['in the middle', { epoch: 'now', seq: 4 }, true, { after: 4, reset: false }],
  ['at the head', { epoch: 'now', seq: 10 }, true, { after: 10, reset: false }],
  ['beyond the head: no store gave that out', { epoch: 'now', seq: 11 }, true, { after: 0, reset: true }],
  ['of what the store does not know', { epoch: 'before', seq: 4 }, false, { after: 0, reset: true }],
] as const)('a follower %s', (_who, cursor, known, resume) => {
  expect(resumeAt(cursor, { known, head: 10 })).toStrictEqual(resume)
})
