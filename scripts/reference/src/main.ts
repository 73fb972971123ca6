/** `npm run reference`: writes `docs/reference/` from the docstrings of the built packages; ends with 1 where an export has none. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readReference } from './reference.ts'

const repository = resolve(import.meta.dirname, '../../..')
const { pages, undocumented } = readReference()
for (const [path, text] of pages) {
  mkdirSync(dirname(resolve(repository, path)), { recursive: true })
  writeFileSync(resolve(repository, path), text)
}
for (const name of undocumented) console.error(`No docstring: ${name}`)
process.exitCode = undocumented.length > 0 ? 1 : 0
