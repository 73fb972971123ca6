// Names of the SDK's exports enter, the code of a page that uses them leaves, minified, with all that it pulls in.

import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
const VIRTUAL = '\0page'

/** Bundles for browsers, as an application's build does. */
export async function bundle(names: string): Promise<string> {
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
