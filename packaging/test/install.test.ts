// What a user has after `npm install` of a tarball: these packages and no others, and types that resolve in each of TypeScript's ways.

import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { PACKAGES, ROOT, type PackageName } from '../src/packages.ts'
import { readmePrograms } from '../src/readme.ts'
import type { ProjectName } from './setup.ts'
import { run } from './support/process.ts'

const projects = inject('projects')

const CORE = ['@runtail/core', 'zod']
/** tRPC names TypeScript as a peer, so npm brings it along where it is not there already. */
const TRPC_SERVER = ['@trpc/server', '@typescript/typescript-*', 'typescript']
const SDK = [...CORE, ...TRPC_SERVER, '@runtail/client-sdk', '@trpc/client']
const SERVER = [...CORE, ...TRPC_SERVER, '@runtail/server', 'uuid', 'ws']
const VUE = [
  'vue',
  '@vue/compiler-core',
  '@vue/compiler-dom',
  '@vue/compiler-sfc',
  '@vue/compiler-ssr',
  '@vue/reactivity',
  '@vue/runtime-core',
  '@vue/runtime-dom',
  '@vue/server-renderer',
  '@vue/shared',
  // What those need.
  '@babel/helper-string-parser',
  '@babel/helper-validator-identifier',
  '@babel/parser',
  '@babel/types',
  '@jridgewell/sourcemap-codec',
  'csstype',
  'entities',
  'estree-walker',
  'magic-string',
  'nanoid',
  'picocolors',
  'postcss',
  'source-map-js',
]

/** All that an installation brings. Whoever adds to it says in docs/dependencies.md why it is worth that. */
const BRINGS: Record<PackageName, readonly string[]> = {
  core: CORE,
  server: SERVER,
  'client-sdk': SDK,
  vue: [...SDK, ...VUE, '@runtail/vue'],
  cli: [...SDK, ...SERVER, '@runtail/cli'],
}

test.each(PACKAGES)('an installation of @runtail/%s brings nothing unexpected', async (name) => {
  const lock = JSON.parse(await readFile(join(projects[name], 'node_modules/.package-lock.json'), 'utf8')) as Lock
  const installed = Object.entries(lock.packages).filter(([, { dev }]) => !dev)
  const names = installed.map(([path]) => nameOf(path).replace(/^(@typescript\/typescript-).*/, '$1*'))
  expect(names.toSorted()).toStrictEqual([...new Set(BRINGS[name])].toSorted())
})

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>
}

/** Of `node_modules/a/node_modules/@b/c`, `@b/c`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Programs for browsers know the types of the DOM, those for Node `@types/node`; neither knows anything of what we are built with. */
const BROWSER: Platform = { lib: ['es2022', 'dom', 'dom.iterable'], types: [] }
const NODE: Platform = { lib: ['es2022'], types: ['node'] }
/** With the stock tRPC client, whose types name some of the DOM. */
const BOTH: Platform = { ...BROWSER, types: ['node'] }
interface Platform {
  readonly lib: readonly string[]
  readonly types: readonly string[]
}

const CONSUMERS: readonly (readonly [ProjectName, Platform])[] = [
  ['core', BROWSER],
  ['client-sdk', BROWSER],
  ['vue', BROWSER],
  ['server', BOTH],
  ['service', NODE],
]

describe.each(CONSUMERS)('types of the project %s', (project, platform) => {
  const compile = async (moduleResolution: string) => {
    const folder = projects[project]
    const consumer = join(ROOT, 'packaging/consumers', `${project}.ts`)
    await cp(consumer, join(folder, 'consumer.ts'))
    const written = project === 'service' ? [] : [...readmePrograms(project)].filter(([name]) => name.endsWith('.ts'))
    for (const [name, code] of written) await writeFile(join(folder, name), code)
    const compilerOptions = {
      target: 'es2022',
      module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      ...platform,
    }
    const files = ['consumer.ts', ...written.map(([name]) => name)]
    const config = join(folder, `tsconfig.${moduleResolution}.json`)
    await writeFile(config, JSON.stringify({ compilerOptions, files }))
    return run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', config])
  }

  test.each(['node16', 'nodenext', 'bundler'])('resolve with moduleResolution %s', async (way) => {
    expect(await compile(way)).toStrictEqual({ stdout: '', stderr: '' })
  })
})
