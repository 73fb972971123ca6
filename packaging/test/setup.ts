// The built packages enter, tarballs and projects that have installed them leave, once for all tests: each project is what a user has after `npm install`.

import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { PACKAGES, folderOf, type PackageName } from '../src/packages.ts'
import { installNodes, type Nodes } from './support/nodes.ts'
import { userEnvironment } from './support/environment.ts'
import { run } from './support/process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths of the packed packages. */
    readonly tarballs: Readonly<Record<PackageName, string>>
    /** Folders of projects that have installed them. */
    readonly projects: Readonly<Record<ProjectName, string>>
    readonly nodes: Nodes
  }
}

/** A project has installed the package of its name alone; `service` is a Node program with the SDK, on Nodes without a WebSocket too. */
export type ProjectName = PackageName | 'service'

/** What the users of a package have beside it. */
const BESIDE: Partial<Record<ProjectName, readonly string[]>> = {
  server: ['@trpc/client', '@types/node'],
  service: ['@types/node', '@types/ws', 'ws'],
}

/** vitest calls it before the first test; what it returns, after the last. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'runtail-packaging-'))
  const [nodes, { tarballs, projects }] = await Promise.all([installNodes(), packAndInstall(folder)])
  provide('nodes', nodes)
  provide('tarballs', tarballs)
  provide('projects', projects)
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

async function packAndInstall(folder: string) {
  const packed = await Promise.all(PACKAGES.map(async (name) => [name, await pack(name, folder)] as const))
  const tarballs = Object.fromEntries(packed) as Record<PackageName, string>
  const names = [...PACKAGES, 'service'] as const
  const installed = names.map(async (name) => [name, await install(name, { folder, tarballs })] as const)
  return { tarballs, projects: Object.fromEntries(await Promise.all(installed)) as Record<ProjectName, string> }
}

async function pack(name: PackageName, folder: string): Promise<string> {
  const tarball = join(folder, `${name}.tgz`)
  await run('pnpm', ['pack', '--silent', '--out', tarball], { cwd: folderOf(name) })
  return tarball
}

interface Place {
  readonly folder: string
  readonly tarballs: Readonly<Record<PackageName, string>>
}

/** The packages that a package depends on are packed, too, but come only if they are asked for. */
async function install(project: ProjectName, { folder, tarballs }: Place): Promise<string> {
  const path = join(folder, project)
  const own: PackageName = project === 'service' ? 'client-sdk' : project
  const local = (name: PackageName) => [`@runtail/${name}`, `file:${tarballs[name]}`] as const
  const manifest = {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([local(own)]),
    devDependencies: Object.fromEntries((BESIDE[project] ?? []).map((name) => [name, versionInCatalog(name)])),
    overrides: Object.fromEntries(PACKAGES.filter((name) => name !== own).map(local)),
  }
  await mkdir(path)
  await writeFile(join(path, 'package.json'), JSON.stringify(manifest, undefined, 2))
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: path, env: userEnvironment() })
  return path
}

function versionInCatalog(name: string): string {
  const path = fileURLToPath(new URL(`../node_modules/${name}/package.json`, import.meta.url))
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
