// The build's own check: too much JavaScript, or zod in it, is an error and not a surprise.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BUDGET, problemsOf } from '../../budget.ts'

const incompressible = (bytes: number): string => randomBytes(bytes / 2).toString('hex')

describe('a bundle', () => {
  test('within the budget is in order', () => {
    expect(problemsOf([{ code: 'let a = 1', moduleIds: ['/src/main.ts'] }])).toEqual([])
  })

  test('of many small chunks counts as a whole', () => {
    const chunk = { code: 'x'.repeat(BUDGET.raw / 2), moduleIds: [] }
    expect(problemsOf([chunk, chunk])).toEqual([])
    expect(problemsOf([chunk, chunk, { code: 'x', moduleIds: [] }])).toEqual([
      `JavaScript is ${BUDGET.raw + 1} bytes, more than ${BUDGET.raw}.`,
    ])
  })

  test('that does not compress is too large before it is too long', () => {
    const problems = problemsOf([{ code: incompressible(180_000), moduleIds: [] }])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('with gzip')
  })

  test('with zod in it is refused, however it came in', () => {
    const moduleIds = ['/src/main.ts', '/repo/node_modules/.pnpm/zod@4/node_modules/zod/index.js']
    expect(problemsOf([{ code: '', moduleIds }])[0]).toContain('zod is in it')
  })
})
