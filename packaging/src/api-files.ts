// A package enters, its committed API and the one that its build declares leave: what the test compares and `npm run api` writes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiSurface } from './api-surface.ts'
import { folderOf, ROOT, type Manifest, type PackageName, type Target } from './packages.ts'

/** The packages that have types; the cli is a program. */
export const TYPED_PACKAGES = ['core', 'server', 'client-sdk', 'vue'] as const satisfies readonly PackageName[]

/** The file that is committed. */
export function apiFile(name: PackageName): string {
  return join(ROOT, 'packaging/api', `${name}.txt`)
}

/** The API of what is built. */
export function builtApi(name: PackageName): string {
  const folder = folderOf(name)
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const entries = Object.entries(exports).flatMap(([path, target]) => typesOf(target, path))
  return entries.map(({ title, types }) => `// === ${title}\n\n${apiSurface(join(folder, types))}`).join('\n')
}

interface Entry {
  readonly title: string
  readonly types: string
}

/** Every file of types that an export leads to, by its conditions. */
function typesOf(target: Target, title: string): Entry[] {
  if (typeof target === 'string') return []
  return Object.entries(target).flatMap(([condition, inner]) => {
    if (condition === 'types' && typeof inner === 'string') return [{ title, types: inner }]
    return typesOf(inner, `${title} (${condition})`)
  })
}
