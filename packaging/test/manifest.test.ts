// What lies in each tarball: everything that a consumer needs, nothing that only this workspace understands.

import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { readFile } from 'node:fs/promises'
import { publint } from 'publint'
import { describe, expect, inject, test } from 'vitest'
import { PACKAGES, type Manifest, type Target } from '../src/packages.ts'
import { run } from './support/process.ts'

const tarballs = inject('tarballs')

/** What ESM alone cannot satisfy: TypeScript's oldest way to resolve, and `require` where Node has none for modules. */
const ESM_ONLY: ReadonlySet<string> = new Set(['node10', 'node16-cjs'])

describe.each(PACKAGES)('@runtail/%s', (name) => {
  const read = async (path: string) => (await run('tar', ['-xzOf', tarballs[name], `package/${path}`])).stdout
  const manifest = async () => JSON.parse(await read('package.json')) as Manifest
  const files = async () => {
    const { stdout } = await run('tar', ['-tzf', tarballs[name]])
    return stdout
      .trim()
      .split('\n')
      .map((path) => path.replace('package/', ''))
  }

  test('says what it is, for whom, and under which terms', async () => {
    const { description, keywords, license, type, engines } = await manifest()
    expect({ license, type, engines }).toStrictEqual({
      license: 'MIT',
      type: 'module',
      engines: { node: name === 'server' || name === 'cli' ? '>=24' : '>=20' },
    })
    expect(description?.length).toBeGreaterThan(40)
    expect(keywords).toContain('runtail')
    expect(await read('LICENSE')).toContain('MIT License')
    expect(await read('README.md')).toMatch(new RegExp(`^# @runtail/${name}\n`))
  })

  test('may be shaken as a tree', async () => {
    const { sideEffects } = await manifest()
    expect(sideEffects).toStrictEqual(name === 'vue' ? ['**/*.css', './dist/runtail-monitor.js'] : false)
  })

  test('names no condition, protocol or script that only the workspace understands', async () => {
    expect(await read('package.json')).not.toMatch(/@runtail\/source|workspace:|catalog:|"scripts"|"devDependencies"/)
  })

  test('takes its own version of our packages, and of others what a user has already, if it will do', async () => {
    const { version, dependencies = {} } = await manifest()
    const others = Object.entries(dependencies).filter(
      ([other, range]) => !(other.startsWith('@runtail/') && range === version),
    )
    expect(others.filter(([, range]) => !/^\^\d+\.\d+\.\d+$/.test(range))).toStrictEqual([])
  })

  test('every export and program is in it', async () => {
    const { exports, bin } = await manifest()
    const named = [...targets(exports), ...Object.values(bin ?? {})].map((path) => path.replace(/^\.\//, ''))
    expect(named.length).toBeGreaterThan(0)
    expect(await files()).toStrictEqual(expect.arrayContaining(named))
  })

  test('holds nothing else: no sources, tests, caches or maps of what is not there', async () => {
    const expected =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/runtail\.js|dist\/.*(\.js|\.js\.map|\.d\.ts|\.d\.css\.ts|\.css))$/
    const dashboard = /^dist\/dashboard\/(index\.html|icon\.svg)$/
    const others = (await files()).filter((path) => !expected.test(path))
    expect(name === 'cli' ? others.filter((path) => !dashboard.test(path)) : others).toStrictEqual([])
  })

  test('publint has nothing to say', async () => {
    const data = await readFile(tarballs[name])
    const { messages } = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true })
    expect(messages).toStrictEqual([])
  })

  // A program has none.
  if (name === 'cli') return

  test('its types are not wrong', async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(tarballs[name]))))
    const problems = checked.types ? checked.problems : []
    const ours = problems.filter((problem) => !('resolutionKind' in problem && ESM_ONLY.has(problem.resolutionKind)))
    expect(checked.types).toBeTruthy()
    expect(ours).toStrictEqual([])
  })
})

/** The files that an export leads to, whatever the conditions. */
function targets(target: Target | Manifest['exports']): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targets)
}
