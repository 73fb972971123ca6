// Ids that this page makes are UUID v7: ordered by time, never the same.
import { expect, test } from 'vitest'
import { newExecutionId } from '../../src/execution-id.ts'

test('a UUID v7 that begins with the time', () => {
  expect(newExecutionId(0x0192_e4a0_1234)).toMatch(/^0192e4a0-1234-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newExecutionId(5)).toMatch(/^00000000-0005-7/)
})

test('never the same, even in the same millisecond', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newExecutionId(1))).size).toBe(1000)
})
