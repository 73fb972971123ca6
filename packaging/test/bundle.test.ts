// A page that imports one thing enters a bundler, what it loads leaves: `sideEffects` and `exports` let the rest of the packages go.

import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { expect, inject, test } from 'vitest'
import { build, type Rolldown } from 'vite'

const folder = inject('projects').vue

/** The modules of a page, as paths below `node_modules` that begin with the package, and its style sheets. */
async function bundle(name: string, code: string): Promise<{ modules: readonly string[]; styles: string }> {
  const input = join(folder, `${name}.js`)
  await writeFile(input, code)
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input } },
  })
  const { output } = built as Rolldown.RolldownOutput
  const chunks = output.filter((part) => part.type === 'chunk')
  const sheets = output.filter((part) => part.type === 'asset' && part.fileName.endsWith('.css'))
  return {
    modules: chunks.flatMap((chunk) => chunk.moduleIds).map((id) => id.replace(/^.*\/node_modules\//, '')),
    styles: sheets.map((sheet) => ('source' in sheet ? String(sheet.source) : '')).join(''),
  }
}

test('a page with a badge loads neither the log viewer nor the client, but the style sheet', async () => {
  const { modules, styles } = await bundle(
    'badge',
    `import { StatusBadge } from '@runtail/vue'
     import '@runtail/vue/style.css'
     console.log(StatusBadge)`,
  )
  const ours = modules.filter((id) => id.startsWith('@runtail/'))
  expect(ours).toContain('@runtail/vue/dist/status.js')
  expect(
    ours.filter((id) => !/^@runtail\/vue\/dist\/(components\/StatusBadge|status|style|icons|library|index)/.test(id)),
  ).toStrictEqual([])
  expect(styles).toContain('.rt-')
})

test('a page that follows loads what is for browsers, and neither zod nor what produces', async () => {
  const { modules } = await bundle(
    'viewer',
    `import { createViewer } from '@runtail/client-sdk'
     console.log(createViewer)`,
  )
  expect(modules).toContain('@runtail/client-sdk/dist/viewer.js')
  const unwanted =
    /^zod\/|^@runtail\/core\/dist\/schema\.js|^@runtail\/client-sdk\/dist\/(node\/|outbox\.|producer\.)|^@trpc\//
  expect(modules.filter((id) => unwanted.test(id))).toStrictEqual([])
})
