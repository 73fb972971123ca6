// PROTOCOL.md names the tests that guard each invariant; a test that was renamed or removed must not stay named there.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const protocol = readFileSync(join(root, 'PROTOCOL.md'), 'utf8')

interface Guard {
  readonly name: string
  readonly path: string
}

/** The rows of the table of invariants, with the tests that they link to. */
const invariants = [...protocol.matchAll(/^\| (?<number>\d) +\| (?<rest>.*) \|$/gm)].map(({ groups }) => ({
  number: Number(groups?.['number']),
  guards: [...(groups?.['rest'] ?? '').matchAll(/\[(?<name>[^\]]+)\]\((?<path>[^)]+)\)/g)].map(
    ({ groups: guard }): Guard => ({ name: guard?.['name'] ?? '', path: guard?.['path'] ?? '' }),
  ),
}))

test('all eight invariants are there', () => {
  expect(invariants.map(({ number }) => number)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

describe.each(invariants)('invariant $number', ({ guards }) => {
  test('names the tests that would fail without it', () => {
    expect(guards.length).toBeGreaterThan(0)
    expect(new Set(guards.map(({ name, path }) => `${path}: ${name}`)).size).toBe(guards.length)
  })

  test.each(guards)('"$name" is a test in $path', ({ name, path }) => {
    expect(existsSync(join(root, path))).toBe(true)
    const titles = [
      ...readFileSync(join(root, path), 'utf8').matchAll(
        /(?:test|describe|it)\b[^'"`]*(?<quote>['"`])(?<title>.*?)\k<quote>,/g,
      ),
    ]
    expect(titles.map(({ groups }) => groups?.['title'])).toContain(name)
  })
})
