// The packages as they are installed, run by each line of Node that they promise: programs of the READMEs, and the command line.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test, type TestContext } from 'vitest'
import type { PackageName } from '../src/packages.ts'
import { readmePrograms } from '../src/readme.ts'
import type { ProjectName } from './setup.ts'
import { userEnvironment } from './support/environment.ts'
import { LINES, type NodeLine } from './support/nodes.ts'
import { run, Running } from './support/process.ts'

const projects = inject('projects')
const nodes = inject('nodes')
const runtail = join(projects.cli, 'node_modules/@runtail/cli/bin/runtail.js')

/** Where a program of a README goes, and what is different there. */
interface Written {
  /** @default the project of the package itself */
  readonly into?: ProjectName
  readonly change?: readonly [from: string, to: string]
}

async function write(
  name: string,
  from: PackageName,
  { into = from, change = ['', ''] }: Written = {},
): Promise<string> {
  const program = readmePrograms(from).get(name)
  if (program === undefined) throw new Error(`The README of ${from} has no ${name}.`)
  const path = join(projects[into], name)
  // The README shows only how the client is made where there is no WebSocket.
  const client = into === 'service' ? (readmePrograms(from).get('node-20.mjs') ?? '') : undefined
  const whole = client === undefined ? program : program.replace(/^import[^]*?\/trpc' \}\)\n/, client)
  await writeFile(path, whole.replaceAll(change[0], change[1]))
  return path
}

/** A `runtail serve` that is over with the test. */
async function serve(node: string, data: string): Promise<{ server: Running; port: string; env: NodeJS.ProcessEnv }> {
  const env = { ...userEnvironment(), RUNTAIL_STATE: join(projects.cli, 'state'), NO_COLOR: '1' }
  const args = [runtail, 'serve', '--port', '0', '--data', join(projects.cli, data)]
  const server = new Running(node, args, { cwd: projects.cli, env })
  const [, port = ''] = await server.until(/http:\/\/localhost:(\d+)/)
  return { server, port, env: { ...env, RUNTAIL_URL: `http://localhost:${port}` } }
}

/** What is reported by `node` in a project comes out of a follower there. */
async function produceAndFollow(node: string, port: string, project: 'client-sdk' | 'service'): Promise<string> {
  const where: Written = { into: project, change: ['localhost:3000', `localhost:${port}`] }
  const id = (await run(node, [await write('produce.mjs', 'client-sdk', where)])).stdout.trim()
  const followed = await run(node, [await write('follow.mjs', 'client-sdk', where), id])
  expect(followed.stdout).toMatch(/^1 info .*\n2 info .*\n3 info 200 OK\n/)
  expect(followed.stdout).toMatch(/^6 info .*completed/m)
  return id
}

/** A Node of the line; where there is none, the test says why, and is skipped. */
function nodeOf(line: NodeLine, { skip }: TestContext): string {
  const node = nodes[line]
  return 'absent' in node ? skip(node.absent) : node.path
}

describe.each(LINES)('on Node %s', (line) => {
  test('core', async (context) => {
    const { stdout } = await run(nodeOf(line, context), [await write('fold.mjs', 'core')])
    expect(stdout).toBe('completed 2026-01-01T00:00:00Z\n')
  })
})

describe.each(['24', '26'] as const)('on Node %s', (line) => {
  test('server and dashboard of the command line, and the SDK', async (context) => {
    const node = nodeOf(line, context)
    const { server, port, env } = await serve(node, line)
    await using _ended = server
    const get = (path: string) => fetch(new URL(path, `http://localhost:${port}/`))
    const page = await (await get('monitoring')).text()
    const script = /<script [^>]*src="([^"]+\.js)"/.exec(page)?.[1] ?? 'a page without a script'
    for (const path of [script, 'runtail-monitor.js']) expect((await get(path)).status, path).toBe(200)

    const id = await produceAndFollow(node, port, 'client-sdk')
    const command = (...args: string[]) => run(node, [runtail, ...args], { cwd: projects.cli, env })
    expect((await command('ls')).stdout).toContain(id)
    expect((await command('tail', id)).stdout).toContain('200 OK')
    expect((await command('run', '--', node, '--print', '6 * 7')).stdout).toBe('42\n')
    expect(await server.stop()).toBe(0)
  })

  test('components in a page that a server draws', async (context) => {
    const node = nodeOf(line, context)
    const program = join(projects.vue, 'draw.mjs')
    await writeFile(
      program,
      `import { StatusBadge } from '@runtail/vue'
       import { createSSRApp } from 'vue'
       import { renderToString } from 'vue/server-renderer'
       console.log(await renderToString(createSSRApp(StatusBadge, { status: 'running' })))`,
    )
    expect((await run(node, [program])).stdout).toContain('Running')
  })

  test('a server of a program', async (context) => {
    const node = nodeOf(line, context)
    const program = await write('serve.mjs', 'server', { change: ['port: 3000', "port: 0, store: 'memory'"] })
    await using server = new Running(node, [program])
    const [url] = await server.until(/http:\/\/\S+/)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })
})

describe('on Node 20', () => {
  test('the SDK with the socket of ws', async (context) => {
    const { server, port } = await serve(nodeOf('24', context), '20')
    await using _ended = server
    expect(await produceAndFollow(nodeOf('20', context), port, 'service')).toMatch(/^[\da-f-]{36}$/)
  })

  test('the SDK says what to do where there is no WebSocket', async (context) => {
    const program = await write('produce.mjs', 'client-sdk')
    await expect(run(nodeOf('20', context), [program])).rejects.toThrow(/WebSocket.*ws/s)
  })

  test('the command line says which Node it needs', async (context) => {
    const told = /\nruntail needs Node 24 or newer; this is Node 20\.[\d.]+\.\n$/
    await expect(run(nodeOf('20', context), [runtail, '--version'])).rejects.toThrow(told)
  })
})
