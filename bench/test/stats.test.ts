/** Medians, spreads and ratios of what rounds measured. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantile, ratiosByRound, summarise } from '../src/stats.ts'

test('the median of an odd number is the one in the middle, of an even number lies between the two', () => {
  expect(summarise([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 })
  expect(summarise([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
  expect(summarise([7])).toEqual({ median: 7, min: 7, max: 7 })
})

test('nothing measured is no zero', () => {
  expect(() => summarise([])).toThrow(RangeError)
  expect(() => summarise([1, Number.NaN])).toThrow(RangeError)
  expect(() => summarise([1, Infinity])).toThrow(RangeError)
})

test('a part of the values lies below a quantile, whatever the order', () => {
  const values = Array.from({ length: 101 }, (_, index) => 100 - index)
  expect(quantile(values, 0.99)).toBe(99)
  expect(quantile(values, 0)).toBe(0)
  expect(quantile(values, 1)).toBe(100)
  expect(quantile([1, 2], 0.75)).toBe(1.75)
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
      (numbers) => {
        const median = quantile(numbers, 0.5)
        expect(numbers.filter((number) => number < median).length).toBeLessThanOrEqual(numbers.length / 2)
        expect(numbers.filter((number) => number > median).length).toBeLessThanOrEqual(numbers.length / 2)
      },
    ),
  )
})

test('ratios are of pairs: a machine that was slow for both in one round changes nothing', () => {
  expect(ratiosByRound([10, 1, 10], [5, 0.5, 5])).toEqual([2, 2, 2])
  expect(ratiosByRound([10, 20, 30], [10, 10])).toEqual([1, 2])
})
