// The waits between attempts: spread over the whole range, growing, bounded.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffMs, MAX_BACKOFF_MS } from '../src/backoff.ts'

describe('backoff', () => {
  test('is jittered in full from the first attempt on, and doubles up to its limit', () => {
    expect([0, 1, 2, 7, 50].map((attempt) => backoffMs({ attempt, random: 0 }))).toEqual([0, 0, 0, 0, 0])
    const ceilings = [0, 1, 2, 6, 7, 50].map((attempt) => backoffMs({ attempt, random: 0.999_999 }))
    expect(ceilings).toEqual([250, 500, 1000, 16_000, 30_000, 30_000])
  })

  test('has a floor after a connection that did not last', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const waitMs = backoffMs({ attempt, random, shortLived: true })
        expect(waitMs).toBeGreaterThanOrEqual(500)
        expect(waitMs).toBeLessThanOrEqual(MAX_BACKOFF_MS)
      }),
    )
  })

  test('keeps to another limit', () => {
    expect(backoffMs({ attempt: 20, random: 0.999_999, maxMs: 5000 })).toBe(5000)
  })
})
