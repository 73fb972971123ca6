// A mutant enters, the source of its file is changed while it is loaded; the file itself stays as it is.

import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The source with the bug. @throws Error where the mutant does not find exactly one place */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const [before, after, ...others] = source.split(find)
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`Mutant "${name}" must find its place in ${file} exactly once. Bring it up to date.`)
  }
  return `${before}${replace}${after}`
}

/** Plants the bug in this thread, before the file is imported. */
export function plant(mutant: Mutant): void {
  const path = ROOT + mutant.file
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (!url.startsWith('file:') || fileURLToPath(url) !== path) return loaded
      return { ...loaded, source: mutate(readFileSync(path, 'utf8'), mutant) }
    },
  })
}
