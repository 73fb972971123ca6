// A document enters, its code blocks leave by the names that stand above them: what a new user is told to do is what the tests do.

import { readFile } from 'node:fs/promises'

const ROOT = new URL('../../../', import.meta.url)
const NAMED_BLOCK = /<!-- ci: (?<name>\S+) -->\n\n```\w+\n(?<code>[\s\S]*?)```/g

/** The code blocks of a document of the repository by name. */
export async function documentBlocks(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(new URL(path, ROOT), 'utf8')
  return new Map(
    [...text.matchAll(NAMED_BLOCK)].map((match) => [match.groups?.['name'] ?? '', match.groups?.['code'] ?? '']),
  )
}

/** The code blocks of the README by name. */
export function readmeBlocks(): Promise<ReadonlyMap<string, string>> {
  return documentBlocks('README.md')
}

/** A block that a document must have. */
export function block(blocks: ReadonlyMap<string, string>, name: string): string {
  const code = blocks.get(name)
  if (code === undefined) throw new Error(`There is no block after <!-- ci: ${name} -->`)
  return code
}
