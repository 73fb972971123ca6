/** Runs the real linter with the real rules once over a small tree: each forbidden line is caught, each allowed one is not. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const repository = resolve(import.meta.dirname, '../..')
const rule = /no-restricted-(imports|globals|properties)/

interface Report {
  number_of_files: number
  diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[]
}

const forbidden: [file: string, line: string][] = [
  ['packages/core/src/fold.ts', `import 'zod'`],
  ['packages/core/src/fold.ts', `import { logSchema } from './schema.ts'`],
  ['packages/core/src/fold.ts', `export { other } from './schema.ts'`],
  ['packages/core/src/fold.ts', `export * from './schema.ts'`],
  ['packages/client-sdk/src/wire.ts', `export { router } from '@runtail/server'`],
  ['packages/core/src/fold.ts', `import 'node:fs'`],
  ['packages/core/src/schema.ts', `import 'uuid'`],
  ['packages/core/src/schema.ts', `import type { X } from '@runtail/server'`],
  ['packages/core/src/fold.ts', `export const now = Date.now()`],
  ['packages/core/src/fold.ts', `export const id = Math.random()`],
  ['packages/core/src/fold.ts', `export const uuid = crypto.randomUUID()`],
  ['packages/core/src/fold.ts', `export const title = document.title`],
  ['packages/server/src/feed.ts', `import '@runtail/client-sdk'`],
  ['packages/server/src/feed.ts', `import '../../client-sdk/src/index.ts'`],
  ['packages/server/src/feed.ts', `import './store/sqlite.ts'`],
  ['packages/server/src/feed.ts', `await import('./bus/local.ts')`],
  ['packages/server/src/demo/run.ts', `import '../store/sqlite.ts'`],
  ['packages/server/src/feed.ts', `export const port = process.env.PORT`],
  ['packages/server/src/feed.ts', `import { argv } from 'node:process'`],
  ['packages/server/src/store/sqlite.ts', `import './memory.ts'`],
  ['packages/server/src/store/sqlite.ts', `import '../feed.ts'`],
  ['packages/server/src/store/sqlite-writer.ts', `import '../ring.ts'`],
  ['packages/server/src/store/memory/rows.ts', `import '../sqlite.ts'`],
  ['packages/core/src/schema.ts', `import '../../server/src/index.ts'`],
  ['packages/server/src/store/store.ts', `import './sqlite.ts'`],
  ['packages/server/src/bus/local.ts', `import '../store/memory.ts'`],
  ['packages/client-sdk/src/producer.ts', `import type { AppRouter } from '@runtail/server'`],
  ['packages/client-sdk/src/wire.ts', `import { createServer } from '@runtail/server'`],
  ['packages/client-sdk/src/producer.ts', `import '@runtail/core/schema'`],
  ['packages/client-sdk/src/producer.ts', `import { z } from 'zod'`],
  ['packages/client-sdk/src/producer.ts', `import 'node:fs'`],
  ['packages/client-sdk/src/producer.ts', `import './node/file-outbox.ts'`],
  ['packages/client-sdk/src/producer.ts', `export const size = Buffer.byteLength('a')`],
  ['packages/client-sdk/src/node/index.ts', `export const home = process.env.HOME`],
  ['packages/client-sdk/src/producer.ts', `import '@runtail/vue'`],
  ['packages/vue/src/index.ts', `import '@runtail/dashboard'`],
  ['packages/vue/src/index.ts', `import '@runtail/core/schema'`],
  ['packages/vue/src/Viewer.vue', `import '@runtail/server'`],
  ['apps/dashboard/src/main.ts', `import '@runtail/server'`],
  ['apps/dashboard/src/main.ts', `import '../../../packages/vue/src/index.ts'`],
  ['apps/dashboard/src/main.ts', `import { z } from 'zod'`],
  ['packages/cli/src/index.ts', `import '@runtail/vue'`],
]

const allowed: [file: string, line: string][] = [
  ['packages/core/src/schema.ts', `import { z } from 'zod'`],
  ['packages/core/src/schema.ts', `import './log.ts'`],
  ['packages/core/src/fold.ts', `import type { Log } from './schema.ts'`],
  ['packages/server/src/index.ts', `import './store/sqlite.ts'`],
  ['packages/server/src/index.ts', `import './bus/local.ts'`],
  ['packages/server/src/feed.ts', `import './store/store.ts'`],
  ['packages/server/src/feed.ts', `import './bus/bus.ts'`],
  ['packages/server/src/feed.ts', `import '@runtail/core/schema'`],
  ['packages/server/src/store/sqlite.ts', `import './store.ts'`],
  ['packages/server/src/store/sqlite.ts', `import '../block.ts'`],
  ['packages/server/src/store/sqlite.ts', `import './migrations/1.ts'`],
  ['packages/server/src/store/sqlite.ts', `import './sqlite-rows.ts'`],
  ['packages/server/src/store/sqlite.ts', `import 'node:sqlite'`],
  ['packages/server/src/store/memory/rows.ts', `import '../store.ts'`],
  ['packages/server/src/store/memory/rows.ts', `import '../memory.ts'`],
  ['packages/client-sdk/src/producer.ts', `import type { Log } from '@runtail/core/schema'`],
  ['packages/client-sdk/src/node/index.ts', `import 'node:fs'`],
  ['packages/client-sdk/src/node/index.ts', `import '../index.ts'`],
  ['packages/vue/src/index.ts', `import '@runtail/client-sdk'`],
  ['packages/vue/src/Viewer.vue', `import '@runtail/core'`],
  ['apps/dashboard/src/main.ts', `import '@runtail/vue'`],
  ['packages/cli/src/index.ts', `import '@runtail/server'`],
  ['packages/cli/src/index.ts', `export const port = process.env.PORT ?? process.argv[2]`],
]

/** How often the rules about boundaries report each line, by `file:line`. */
const reports = new Map<string, number>()
const lines = new Map<string, string[]>()

beforeAll(() => {
  const tree = mkdtempSync(join(tmpdir(), 'runtail-boundaries-'))
  afterAll(() => rmSync(tree, { recursive: true }))
  for (const path of ['oxlint.config.ts', 'scripts/boundaries.ts']) cpSync(join(repository, path), join(tree, path))
  symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'))

  for (const [file, line] of [...forbidden, ...allowed]) {
    const before = lines.get(file) ?? (file.endsWith('.vue') ? ['<script setup lang="ts">'] : [])
    lines.set(file, [...before, line])
  }
  for (const [file, content] of lines) {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), [...content, file.endsWith('.vue') ? '</script>' : ''].join('\n'))
  }

  const linter = join(repository, 'node_modules/oxlint/bin/oxlint')
  const run = spawnSync(process.execPath, [linter, '--format', 'json', 'packages', 'apps'], {
    cwd: tree,
    encoding: 'utf8',
  })
  const report = JSON.parse(run.stdout) as Report
  if (report.number_of_files !== lines.size) throw new Error(`the linter skipped files: ${run.stderr}`)
  for (const { code, filename, labels } of report.diagnostics) {
    if (!code) throw new Error(`${filename} does not parse`)
    if (!rule.test(code)) continue
    const place = `${filename}:${labels[0]?.span.line}`
    reports.set(place, (reports.get(place) ?? 0) + 1)
  }
})

function reportsOf(file: string, line: string): number {
  const number = (lines.get(file) ?? []).indexOf(line) + 1
  return reports.get(`${file}:${number}`) ?? 0
}

describe('caught', () => {
  test.each(forbidden)('%s: %s', (file, line) => {
    expect(reportsOf(file, line)).toBeGreaterThan(0)
  })
})

describe('allowed', () => {
  test.each(allowed)('%s: %s', (file, line) => {
    expect(reportsOf(file, line)).toBe(0)
  })
})
