/** The figures that README and docs quote are those of the committed result. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BenchResult } from '../src/result.ts'
import { DOCUMENTS, withFigures } from '../src/documents.ts'
import { readResult } from '../src/save.ts'

const repository = join(import.meta.dirname, '../..')

test.each(DOCUMENTS)('every figure in %s is the one that was measured', (document) => {
  const result = readResult()
  if (!result) throw new Error('No result is committed: npm run bench -- --save')
  const text = readFileSync(join(repository, document), 'utf8')
  expect(text, 'run `npm run bench -- --documents`').toBe(withFigures(text, result))
  expect(text).toMatch(/<!-- bench: \w/)
})

test('what is kept names no path of a machine, and nobody who failed', () => {
  expect(
    readResult()?.cases.flatMap(({ contestants }) => contestants.map(({ error }) => error ?? '')),
  ).not.toContainEqual(expect.stringMatching(/./))
  expect(JSON.stringify(readResult())).not.toMatch(/"[^"]*\/(root|home|work|tmp|usr)\/|file:/)
})

const result: BenchResult = {
  machine: { cpu: 'A CPU', cores: 2, memory_gb: 8, os: 'An OS', node: '24', sqlite: '3', full_commit_ms: 0.1 },
  cases: [
    {
      name: 'a-case',
      title: 'A case',
      measured_at: '2026-01-01T00:00:00.000Z',
      contestants: [
        { name: 'runtail', rounds: [{ per_s: 2_000_000 }, { per_s: 3_000_000 }] },
        { name: 'b c', rounds: [{ per_s: 1_000_000 }, { per_s: 1_000_000 }] },
      ],
      verdicts: [],
    },
  ],
}

test('a quote is replaced by what was measured, and stays a quote', () => {
  const text =
    'It does <!-- bench: median a-case runtail per_s -->9<!-- /bench -->, <!-- bench: ratio a-case runtail b+c per_s --><!-- /bench --> × b.'
  const written = withFigures(text, result)
  expect(written).toBe(
    'It does <!-- bench: median a-case runtail per_s -->2.50 M<!-- /bench -->, <!-- bench: ratio a-case runtail b+c per_s -->2.50<!-- /bench --> × b.',
  )
  expect(withFigures(written, result)).toBe(written)
})

test.each([
  'median other runtail per_s',
  'median a-case nobody per_s',
  'median a-case runtail speed',
  'table other',
  'guess',
])('a quote of what was not measured (%s) is an error', (asked) => {
  expect(() => withFigures(`<!-- bench: ${asked} --><!-- /bench -->`, result)).toThrow(/./)
})
