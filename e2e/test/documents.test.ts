// Every code block of the README and of the pages for tasks is compiled; those that say so are run against a real server, in the order of the page.

import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { documentSnippets, toSnippets, type Snippet } from './support/readme.ts'
import { start, type Running } from './support/process.ts'
import { freePort, runtail, serve, TemporaryFolder } from './support/server.ts'
import { missingLine, toPrograms, typeErrors, writePrograms, type Program } from './support/snippets.ts'

/** Pages of figures and tables have no programs. */
const WITHOUT_PROGRAMS = new Set(['dependencies.md', 'performance.md'])
const docs = fileURLToPath(new URL('../../docs', import.meta.url))
const pages = readdirSync(docs)
  .filter((name) => name.endsWith('.md') && !WITHOUT_PROGRAMS.has(name))
  .map((name) => `docs/${name}`)
const documents = await Promise.all(
  ['README.md', ...pages].map(async (path) => ({ path, snippets: await documentSnippets(path) })),
)

const folderOf = (path: string): string => basename(path, '.md').toLowerCase()
const COMPILED = /^(ts|tsx|vue)$/

test.each(documents)('$path says of every program what it is', ({ snippets }) => {
  const unnamed = snippets.filter(({ name, language }) => name === '' && language !== 'text')
  expect(unnamed.map(({ line, code }) => `line ${line}: ${code.split('\n', 1)[0]}`)).toStrictEqual([])
})

describe('compiled', () => {
  test('every block in TypeScript and Vue, under strict settings', { timeout: 60_000 }, async () => {
    await using folder = await TemporaryFolder.make()
    const compiled = documents.map(({ path, snippets }) => ({
      folder: join(folder.path, folderOf(path)),
      programs: toPrograms(snippets.filter(({ language }) => COMPILED.test(language))),
    }))
    for (const one of compiled) await writePrograms(one.folder, one.programs)
    expect(compiled.flatMap(({ programs }) => programs).length).toBeGreaterThan(10)
    expect(await typeErrors(compiled.map((one) => one.folder))).toStrictEqual([])
  })

  test('a mistake is told with the line of its document', { timeout: 60_000 }, async () => {
    await using folder = await TemporaryFolder.make()
    const code = "import { createClient } from '@runtail/client-sdk'\ncreateClient({ adress: 'ws://localhost' })\n"
    const text = `# Page\n\n<!-- ci: run wrong.ts -->\n\n\`\`\`ts\n${code}\`\`\`\n\nMore:\n\n<!-- ci: wrong.ts -->\n\n\`\`\`ts\nlet x: string = 1\n\`\`\`\n`
    const vue = { name: 'Wrong.vue', use: undefined, language: 'vue', line: 1 }
    const wrong = '<script setup lang="ts">\nconst one: string = 1\n</script>\n<template>{{ one }}</template>\n'
    const folders = [join(folder.path, 'page'), join(folder.path, 'embedding')] as const
    await writePrograms(folders[0], toPrograms(toSnippets(text)))
    await writePrograms(folders[1], toPrograms([{ ...vue, code: wrong }]))
    const errors = (await typeErrors(folders)).join('\n')
    expect(errors).toContain(
      "page/wrong.ts(7,16): error TS2353: Object literal may only specify known properties, and 'adress'",
    )
    expect(errors).toContain('page/wrong.ts(15,5): error TS2322')
    expect(errors).toMatch(/Wrong\.vue\(2,7\): error TS2322/)
  })
})

describe('run', () => {
  const withPrograms = documents.filter(({ snippets }) => snippets.some(({ use }) => use === 'run' || use === 'serve'))

  test.each(withPrograms)('$path', { timeout: 60_000 }, async ({ path, snippets }) => {
    await using folder = await TemporaryFolder.make()
    const place = join(folder.path, folderOf(path))
    const port = await freePort()
    const ownPort = await freePort()
    const local = snippets.map((snippet) => ({ ...snippet, code: atPorts(snippet.code, port, ownPort) }))
    const programs = toPrograms(local)
    await writePrograms(place, programs)
    await using servers = new AsyncDisposableStack()
    servers.use(await serve(port, join(folder.path, 'data')))
    const executionId = await anExecution(port)
    let own: Running | undefined
    for (const program of programs) {
      if (program.use === undefined) continue
      // The next server of the page's own takes the place of the one before.
      if (program.use === 'serve') await own?.[Symbol.asyncDispose]()
      const env = { RUNTAIL_URL: `ws://localhost:${port}/trpc`, RUNTAIL_STATE: join(place, 'state'), id: executionId }
      const running = servers.use(start(...commandOf(program, executionId), { cwd: place, env }))
      if (program.use === 'serve') own = running
      const outcome = await outcomeOf(program, running)
      expect(outcome, `${program.name}: ${running.stderr}`).toBe(program.use === 'serve' ? 'serves' : 'ended with 0')
      expect(missingLine(program.output, running.stdout), `${program.name}: ${running.stdout}`).toBeUndefined()
    }
  })
})

/** Documents speak of a server on 3000 and of a program's own on 4000. */
function atPorts(code: string, server: number, own: number): string {
  return code.replaceAll(/(localhost:|listen\(|port: )(3000|4000)/g, (_, before: string, port: string) => {
    return `${before}${port === '3000' ? server : own}`
  })
}

/** What a page takes an id of. */
async function anExecution(port: number): Promise<string> {
  await using command = runtail(port, [
    'run',
    '--workflow-id',
    'nightly-import',
    '--',
    'sh',
    '-c',
    'echo first; echo last',
  ])
  const [, id = ''] = await command.until(/executions\/([\w-]+)/)
  await command.exited
  return id
}

function commandOf({ name }: Program, executionId: string): [string, string[]] {
  return name.endsWith('.sh') ? ['sh', ['-e', name]] : [process.execPath, [name, executionId]]
}

/** A server of the page's own goes on, for the programs after it. */
async function outcomeOf({ use }: Program, running: Running): Promise<string> {
  if (use !== 'serve') return running.exited.then(({ code }) => `ended with ${code}`)
  await running.until(/http:\/\/localhost:\d+/)
  return 'serves'
}

test('what must be printed is looked for in order', () => {
  const printed = 'one\ntwo 2 of 5\nthree\n'
  expect(missingLine(['one', 'two … of …', 'three'], printed)).toBeUndefined()
  expect(missingLine(['three', 'one'], printed)).toBe('one')
  expect(missingLine(['two'], printed)).toBe('two')
})

test('the blocks of one name are one program', () => {
  const snippet: Snippet = { name: 'a.ts', use: 'run', language: 'ts', code: 'one\n', line: 3 }
  const more: Snippet = { ...snippet, use: undefined, code: 'two\n', line: 9 }
  const output: Snippet = { ...snippet, use: 'output', language: 'text', code: 'x\ny\n', line: 12 }
  expect(toPrograms([snippet, more, output])).toStrictEqual([
    { name: 'a.ts', use: 'run', code: '\n\none\n\n\n\n\n\ntwo\n', output: ['x', 'y'] },
  ])
})
