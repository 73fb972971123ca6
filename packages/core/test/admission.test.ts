import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../src/index.ts'

test('every id is accepted once, in the order of first sight', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 20 }).map(String))), (batches) => {
      const stored: string[] = []
      let duplicates = 0
      for (const ids of batches) {
        const admission = decide(
          new Set(stored),
          ids.map((id) => ({ id })),
        )
        stored.push(...admission.accepted.map(({ id }) => id))
        duplicates += admission.duplicates
      }
      const sent = batches.flat()
      expect(stored).toStrictEqual([...new Set(sent)])
      expect(stored.length + duplicates).toBe(sent.length)
    }),
  )
})

test('the first of two with one id wins', () => {
  const { accepted } = decide(new Set(), [
    { id: 'a', message: 'first' },
    { id: 'a', message: 'second' },
  ])
  expect(accepted).toStrictEqual([{ id: 'a', message: 'first' }])
})
