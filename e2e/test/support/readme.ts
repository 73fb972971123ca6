// README.md enters, its code blocks leave by the names that stand above them: what a new user is told to do is what the tests do.

import { readFile } from 'node:fs/promises'

const README = new URL('../../../README.md', import.meta.url)
const NAMED_BLOCK = /<!-- ci: (?<name>\S+) -->\n\n```\w+\n(?<code>[\s\S]*?)```/g

/** The code blocks of the README by name. */
export async function readmeBlocks(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(README, 'utf8')
  return new Map(
    [...text.matchAll(NAMED_BLOCK)].map((match) => [match.groups?.['name'] ?? '', match.groups?.['code'] ?? '']),
  )
}

/** A block that the README must have. */
export function block(blocks: ReadonlyMap<string, string>, name: string): string {
  const code = blocks.get(name)
  if (code === undefined) throw new Error(`README.md has no block after <!-- ci: ${name} -->`)
  return code
}
