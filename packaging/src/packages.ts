// The packages that are published, and where they lie in the workspace.

import { fileURLToPath } from 'node:url'

/** In the order in which they depend on each other. */
export const PACKAGES = ['core', 'server', 'client-sdk', 'vue', 'cli'] as const

/** The name of a published package without its scope. */
export type PackageName = (typeof PACKAGES)[number]

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of a package. */
export function folderOf(name: PackageName): string {
  return `${ROOT}packages/${name}`
}

/** What a published `package.json` holds, as far as it is looked at here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean | readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, Target>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

/** What an export, or a condition of one, leads to. */
export type Target = string | { readonly [condition: string]: Target }
