// Ids: of the right form, never twice, always rising.

import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../src/new-id.ts'

afterEach(() => void vi.useRealTimers())

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

test('have the form of a UUID of version 7, with the time of now', () => {
  const before = Date.now()
  const ids = Array.from({ length: 1000 }, newId)
  for (const id of ids) expect(id).toMatch(UUID_V7)
  expect(timeOf(ids[0] ?? '')).toBeGreaterThanOrEqual(before)
  expect(timeOf(ids.at(-1) ?? '')).toBeLessThanOrEqual(Date.now())
})

test('rise and differ, however many in one millisecond, and when the clock is set back', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const noon = Date.UTC(2040, 0, 1, 12)
  vi.setSystemTime(noon)
  const atNoon = Array.from({ length: 50_000 }, newId)
  vi.setSystemTime(noon - 3_600_000)
  const setBack = Array.from({ length: 150_000 }, newId)
  vi.setSystemTime(noon + 3_600_000)
  const ids = [...atNoon, ...setBack, newId()]
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(ids.toSorted())
  // More than fit in one millisecond borrow from the next.
  expect(timeOf(ids[0] ?? '')).toBe(noon)
  expect(timeOf(ids.at(-2) ?? '')).toBeGreaterThan(noon)
  expect(timeOf(ids.at(-2) ?? '')).toBeLessThan(noon + 10)
  expect(timeOf(ids.at(-1) ?? '')).toBe(noon + 3_600_000)
})

test('begin anywhere within their millisecond, and end anyhow', () => {
  const begins = new Set<string>()
  const ends = new Set<string>()
  for (let index = 0; index < 100; index += 1) {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.UTC(2050, 0, 1) + index)
    const id = newId()
    begins.add(id.slice(15, 21))
    ends.add(id.slice(-12))
  }
  expect(begins.size).toBeGreaterThan(90)
  expect(ends.size).toBe(100)
})
