// Code blocks of documents enter, programs in a folder leave, with every line at the number that it has in its document; and what the compilers say to them.

import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Snippet } from './readme.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The blocks of one name, and what is done with them. */
export interface Program {
  readonly name: string
  readonly use: 'run' | 'serve' | undefined
  readonly code: string
  /** Lines that it must print, in this order; `…` stands for anything. */
  readonly output: readonly string[]
}

/** The strictest settings that a program of a user may have. */
const STRICT = {
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  jsx: 'react-jsx',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  moduleDetection: 'force',
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
}

/** Puts the blocks together, in order of their first ones. */
export function toPrograms(snippets: readonly Snippet[]): readonly Program[] {
  const programs = new Map<string, Program>()
  for (const { name, use, code, line } of snippets) {
    if (name === '' || name === 'skip') continue
    const { code: before, output, use: known } = programs.get(name) ?? { code: '', output: [], use: undefined }
    if (use === 'output') {
      programs.set(name, { name, use: known, code: before, output: [...output, ...code.trimEnd().split('\n')] })
    } else {
      const padding = '\n'.repeat(line - before.split('\n').length)
      programs.set(name, { name, use: use ?? known, code: before + padding + code, output })
    }
  }
  return [...programs.values()]
}

/** Writes programs where they find the workspace's packages, as installed ones. */
export async function writePrograms(folder: string, programs: readonly Program[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await linkPackages(folder)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const { name, code } of programs) await writeFile(join(folder, name), code)
}

async function linkPackages(folder: string): Promise<void> {
  await symlink(join(ROOT, 'e2e/node_modules'), join(folder, 'node_modules'))
}

/** What the compilers find wrong in the programs of folders, each named after its document: `producing/retry.ts(12,3): error …`. */
export async function typeErrors(folders: readonly string[]): Promise<readonly string[]> {
  const [first] = folders
  if (first === undefined) return []
  const parent = dirname(first)
  await linkPackages(parent)
  const vue = { ...STRICT, module: 'esnext', moduleResolution: 'bundler', types: ['vite/client'], jsx: 'preserve' }
  const [tsc, vueTsc] = [
    join(ROOT, 'node_modules/.bin/tsc'),
    join(ROOT, 'examples/vue-embed/node_modules/.bin/vue-tsc'),
  ]
  const isVue = (folder: string): boolean => basename(folder) === 'embedding'
  const found = await Promise.all([
    compile(tsc, join(parent, 'tsconfig.json'), { compilerOptions: STRICT, include: folders.filter((f) => !isVue(f)) }),
    ...folders.filter(isVue).map((folder) => {
      const config = { compilerOptions: vue, include: [folder] }
      return compile(vueTsc, join(folder, 'tsconfig.json'), config)
    }),
  ])
  return found.flat()
}

async function compile(compiler: string, config: string, content: object): Promise<string[]> {
  await writeFile(config, JSON.stringify(content))
  return new Promise((resolve) => {
    execFile(compiler, ['-p', config, '--pretty', 'false'], { cwd: dirname(config) }, (error, stdout, stderr) => {
      const lines = `${stdout}${stderr}`.split('\n').filter(Boolean)
      // One that could not even start says so in the error alone.
      resolve(error && lines.length === 0 ? [error.message] : lines)
    })
  })
}

/** The first of the lines that are not printed in this order. */
export function missingLine(expected: readonly string[], printed: string): string | undefined {
  const lines = printed.split('\n')
  return expected.find((line) => {
    const parts = line.split('…').map((part) => part.replaceAll(/[^\w\s]/g, String.raw`\$&`))
    const pattern = new RegExp(`^${parts.join('.*')}$`)
    const index = lines.findIndex((one) => pattern.test(one.trimEnd()))
    if (index === -1) return true
    lines.splice(0, index + 1)
    return false
  })
}
