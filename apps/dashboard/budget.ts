/** The built bundle enters, nothing leaves, or the build fails: what browsers must load is bounded, and never holds zod. */
/// <reference types="node" />
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Bytes of all JavaScript together. */
export const BUDGET = { raw: 213_000, gzip: 70_000 } as const

/** The part of a chunk that counts. */
export interface Chunk {
  readonly code: string
  readonly moduleIds: readonly string[]
}

/** What is wrong with a bundle, in words; empty where it is in order. */
export function problemsOf(chunks: readonly Chunk[]): string[] {
  const raw = chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0)
  const gzip = chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).byteLength, 0)
  const zod = chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => id.includes('/node_modules/zod/'))
  return [
    ...(raw > BUDGET.raw ? [`JavaScript is ${raw} bytes, more than ${BUDGET.raw}.`] : []),
    ...(gzip > BUDGET.gzip ? [`JavaScript is ${gzip} bytes with gzip, more than ${BUDGET.gzip}.`] : []),
    ...(zod.length > 0 ? [`zod is in it (${zod[0]}): client code takes only types of @runtail/core/schema.`] : []),
  ]
}

/** Fails a build that is over the budget. */
export function budget(): Plugin {
  return {
    name: 'runtail:budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const problems = problemsOf(Object.values(bundle).filter((file) => file.type === 'chunk'))
      if (problems.length > 0) this.error(problems.join(' '))
    },
  }
}
