// What a reader needs next: whole pages, only where something is missing.
import { expect, test } from 'vitest'
import { neededRange } from '../../src/log-viewer/viewport-need.ts'

test.each([
  { read: [49_100, 49_130], unloaded: [[1, 49_000]], needed: undefined },
  { read: [48_990, 49_030], unloaded: [[1, 49_000]], needed: [48_001, 49_000] },
  { read: [990, 1010], unloaded: [[1, 49_000]], needed: [1, 2000] },
  { read: [1000, 1000], unloaded: [[1, 49_000]], needed: [1, 1000] },
  { read: [1001, 1001], unloaded: [[1, 49_000]], needed: [1001, 2000] },
  { read: [5, 20], unloaded: [[8, 9]], needed: [1, 1000] },
  { read: [5, 7], unloaded: [[8, 9]], needed: undefined },
  {
    read: [10, 12],
    unloaded: [
      [8, 9],
      [13, 14],
    ],
    needed: undefined,
  },
  {
    read: [900, 3100],
    unloaded: [
      [1, 950],
      [3001, 4000],
      [9000, 9999],
    ],
    needed: [1, 4000],
  },
  { read: [1, 40], unloaded: [], needed: undefined },
])('$read of $unloaded', ({ read, unloaded, needed }) => {
  const range = ([from = 0, to = 0]: readonly number[]) => ({ from, to })
  expect(neededRange(range(read), unloaded.map(range))).toEqual(needed && range(needed))
})
