// A document enters, its code blocks leave by the names that stand above them: what a new user is told to do is what the tests do.

import { readFile } from 'node:fs/promises'

const ROOT = new URL('../../../', import.meta.url)
const FENCE = /^(?:<!-- ci: (?<note>.+?) -->\n\n)?```(?<language>\w*)\n(?<code>[\s\S]*?)^```$/gm

/** What `documents.test.ts` does with a block, beside compiling it; without one, a test that knows the block's name uses it, or nobody. */
const USES = ['run', 'serve', 'output'] as const

/** A code block of a document. */
export interface Snippet {
  /** From the note above it, `<!-- ci: run produce.ts -->`; the file that it is, or a part of. Empty where there is no note. */
  readonly name: string
  readonly use: (typeof USES)[number] | undefined
  readonly language: string
  readonly code: string
  /** The line of the document that its first line is. */
  readonly line: number
}

/** The code blocks of a document of the repository, in order. */
export async function documentSnippets(path: string): Promise<readonly Snippet[]> {
  return toSnippets(await readFile(new URL(path, ROOT), 'utf8'))
}

/** The code blocks of a text. */
export function toSnippets(text: string): readonly Snippet[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const { note = '', language = '', code = '' } = match.groups ?? {}
    const use = USES.find((word) => note.startsWith(`${word} `))
    const before = text.slice(0, match.index + match[0].indexOf('```'))
    return { name: use ? note.slice(use.length + 1) : note, use, language, code, line: before.split('\n').length + 1 }
  })
}

/** The code blocks of a document of the repository by name; several of one name are one. */
export async function documentBlocks(path: string): Promise<ReadonlyMap<string, string>> {
  const blocks = new Map<string, string>()
  for (const { name, use, code } of await documentSnippets(path)) {
    if (name !== '' && use !== 'output') blocks.set(name, (blocks.get(name) ?? '') + code)
  }
  return blocks
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
