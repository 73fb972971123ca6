// What a page loads: nothing of Node, no zod, and no more than it was.

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url))
const VIRTUAL = '\0page'

/** The code of a page that uses these exports, minified. */
async function bundle(names: string): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@runtail/source', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? VIRTUAL : null),
        load: (id) => (id === VIRTUAL ? `export { ${names} } from ${JSON.stringify(entry)}` : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: 'page', preserveEntrySignatures: 'strict' },
    },
  })) as Rolldown.RolldownOutput
  return result.output.map((output) => (output.type === 'chunk' ? output.code : '')).join('\n')
}

/** KiB after gzip; a limit is a tenth above what was measured, so that growing is a decision. */
test.each([
  ['createClient', 22],
  ['createViewer', 15.5],
])('with %s, at most %s KiB', async (names, maxKiB) => {
  const code = await bundle(names)
  expect(gzipSync(code).length / 1024).toBeLessThan(maxKiB)
  expect(code).toMatch(/export\s*\{/)
  expect(code).not.toMatch(/["'`]node:/)
  expect(code).not.toContain('ZodError')
})
