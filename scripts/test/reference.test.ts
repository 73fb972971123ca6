// The reference is what the built packages say: every export has a docstring, and every page is the one that `npm run reference` writes.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readReference } from '../reference/src/reference.ts'
import { toPage } from '../reference/src/page.ts'
import type { Exported } from '../reference/src/read.ts'

const repository = join(import.meta.dirname, '../..')
const { pages, undocumented } = readReference()

test('every export of every package has a docstring', () => {
  expect(undocumented).toStrictEqual([])
})

test.each([...pages])('%s is current', (path, text) => {
  expect(readFileSync(join(repository, path), 'utf8'), 'run `npm run reference`').toBe(text)
})

test('there is no other page', () => {
  const written = readdirSync(join(repository, 'docs/reference')).map((name) => `docs/reference/${name}`)
  expect(written.toSorted()).toStrictEqual([...pages.keys()].toSorted())
})

test('what another page explains is linked there, and what nobody exports stands below', () => {
  const one = { docs: 'It.', code: 'x', mentions: [] }
  const elsewhere = new Map([['Told', 'other.md#told']])
  const exported: readonly Exported[] = [
    { ...one, name: 'make', kind: 'function', mentions: ['Told', 'Further'] },
    { ...one, name: 'Told', kind: 'further' },
    { ...one, name: 'Further', kind: 'further' },
  ]
  const page = toPage(exported, { title: 'A package', intro: 'For a test.', elsewhere })
  expect(page).toContain('See [`Further`](#further), [`Told`](other.md#told).')
  expect(page).toContain('## Types within these\n\n[`Further`](#further)\n\n### Further')
  expect(page).not.toContain('### Told')
})

test('names that differ by case alone have anchors of their own', () => {
  const one = { docs: 'It.', code: 'x' }
  const page = toPage(
    [
      { ...one, name: 'useClock', kind: 'function', mentions: ['UseClock', 'Elsewhere'] },
      { ...one, name: 'UseClock', kind: 'type', mentions: [] },
    ],
    { title: 'A package', intro: 'For a test.', only: new Map([['UseClock', 'In Node']]) },
  )
  expect(page).toContain('See [`UseClock`](#useclock-1).')
  expect(page).toContain('[`useClock`](#useclock)')
  expect(page).toContain('### UseClock\n\n_In Node._\n\nIt.')
})
