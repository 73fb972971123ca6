// The short texts for numbers.
import { expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatCounted,
  formatDateTime,
  formatDuration,
  formatRunning,
  formatTimeOfDay,
} from '../../src/format.ts'

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [840.4, '840 ms'],
  [1240, '1.2 s'],
  [59_900, '59.9 s'],
  [59_960, '1 min 00 s'],
  [245_000, '4 min 05 s'],
  [7_440_000, '2 h 04 min'],
])('a duration of %d ms', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [-1, '0 s'],
  [999, '0 s'],
  [12_900, '12 s'],
  [245_000, '4 min 05 s'],
])('going on for %d ms', (ms, text) => {
  expect(formatRunning(ms)).toBe(text)
})

test.each([
  [-100, 'just now'],
  [14_000, '14 s ago'],
  [180_000, '3 min ago'],
  [7_200_000, '2 h ago'],
  [86_400_000, '1 day ago'],
  [500_000_000, '5 days ago'],
])('%d ms ago', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test('counts and sizes', () => {
  expect(formatCounted(1, 'line')).toBe('1 line')
  expect(formatCounted(1284, 'line')).toBe('1,284 lines')
  expect(formatBytes(512)).toBe('512 B')
  expect(formatBytes(34_100)).toBe('34 kB')
  expect(formatBytes(5_000_000)).toBe('5.0 MB')
})

test('times are local', () => {
  const local = new Date(2026, 0, 31, 9, 5, 3, 42)
  expect(formatTimeOfDay(local.getTime())).toBe('09:05:03.042')
  expect(formatTimeOfDay(Number.NaN)).toBe('')
  expect(formatDateTime(local.toISOString())).toBe('2026-01-31 09:05:03')
  expect(formatDateTime('yesterday')).toBe('yesterday')
})
