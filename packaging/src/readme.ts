// A package's README enters, its programs leave by the names that stand above them: what a reader is told to write is what the tests run and compile.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, type PackageName } from './packages.ts'

const PROGRAM = /^<!-- ci: (?<name>\S+) -->\n\n```\w+\n(?<code>[\s\S]*?)^```$/gm

/** File names and what is in them. */
export function readmePrograms(name: PackageName): ReadonlyMap<string, string> {
  const text = readFileSync(join(folderOf(name), 'README.md'), 'utf8')
  return new Map([...text.matchAll(PROGRAM)].map(({ groups }) => [groups?.['name'] ?? '', groups?.['code'] ?? '']))
}
