// The examples, each by its own command, against real servers, and the pages in a real Chromium. (`vue-embed` is in embedding.test.ts.)

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'
import { describe, expect, test as plain } from 'vitest'
import { openPage, test } from './support/browser.ts'
import { start, type Running } from './support/process.ts'
import { freePort, runtail, serve, TemporaryFolder } from './support/server.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

/** A script of an example's package, as somebody in its folder runs it. */
function npm(example: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  return start('npm', ['run', '--silent', ...args], { cwd: join(examples, example), env })
}

describe('script', { timeout: 60_000 }, () => {
  plain('reports an import, whose steps run side by side and fail once; another follows it', async () => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using _server = await serve(port, join(folder.path, 'data'))
    const env = { RUNTAIL_URL: `ws://localhost:${port}/trpc`, OUTBOX: join(folder.path, 'outbox') }
    await using producer = npm('script', ['start'], env)
    expect(await producer.exited, producer.stderr).toStrictEqual({ code: 0, signal: null })
    expect(producer.stdout).toMatch(/^[\da-f-]{36}\n9 orders\n$/)
    expect(producer.stderr).toBe('')

    await using follower = npm('script', ['follow'], env)
    expect(await follower.exited, follower.stderr).toStrictEqual({ code: 0, signal: null })
    const lines = follower.stdout.split('\n')
    expect(lines[0]).toMatch(/^1 info \[nightly-import\]/)
    // Each line stands in the step that it was said in, though three pages were under way at once.
    for (const page of [1, 2, 3]) {
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`\\[page ${page}\\] GET /orders\\?page=${page}$`)))
    }
    expect(lines.filter((line) => line.endsWith('[page 2] page 2 failed'))).toHaveLength(1)
    expect(lines).toContainEqual(expect.stringMatching(/warning \[store\] order 3-3 has no address$/))
    expect(lines.at(-2)).toBe('completed, 3 warnings, 1 errors')

    const id = producer.stdout.split('\n')[0] ?? ''
    const page = await fetch(
      `http://localhost:${port}/trpc/logs.read?input=${encodeURIComponent(JSON.stringify({ execution_id: id }))}`,
    )
    expect(await page.text()).not.toContain('kept out')
  })

  plain('that crashes says so, and ends as it would have', async () => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using _server = await serve(port, join(folder.path, 'data'))
    const env = { RUNTAIL_URL: `ws://localhost:${port}/trpc`, OUTBOX: join(folder.path, 'outbox') }
    await using producer = npm('script', ['start', '--', '--crash'], env)
    expect((await producer.exited).code).toBe(1)
    expect(producer.stderr).toMatch(/Error: The disk is on fire\.\n +at /)
    await using follower = npm('script', ['follow', '--', producer.stdout.trim()], env)
    expect((await follower.exited).code).toBe(1)
    expect(follower.stdout).toContain('The disk is on fire.')
    expect(follower.stdout).toMatch(/\nfailed, /)
  })
})

describe('service', { timeout: 60_000 }, () => {
  plain('takes an order, and another service reads through the typed API what became of it', async () => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    const env = { PORT: String(port), RUNTAIL_DATA: join(folder.path, 'data'), SERVICE_URL: `http://localhost:${port}` }
    await using service = npm('service', ['start'], env)
    await service.until(new RegExp(`http://localhost:${port}`))
    await using other = npm('service', ['order'], env)
    expect(await other.exited, other.stderr).toStrictEqual({ code: 0, signal: null })
    expect(other.stdout).toContain('info 3 of 3 in stock')
    expect(other.stdout).toContain('error charge failed')
    expect(other.stdout).toMatch(/\ncompleted, 1 errors\n$/)

    // Who may read may not write, and nobody in particular may do nothing.
    const list = `http://localhost:${port}/runtail/trpc/executions.list`
    expect((await fetch(list)).status).toBe(403)
    const headers = { Authorization: 'Bearer reader', 'Content-Type': 'application/json' }
    expect((await fetch(list, { headers })).status).toBe(200)
    const create = `http://localhost:${port}/runtail/trpc/executions.create`
    const refused = await fetch(create, { method: 'POST', headers, body: '{"workflow_id":"w"}' })
    expect(refused.status).toBe(403)

    service.kill('SIGINT')
    await service.exited
    // A store that was closed in good order leaves one file.
    expect(await readdir(env.RUNTAIL_DATA)).toStrictEqual(['runtail.db'])
  })
})

describe('react-embed', { timeout: 60_000 }, () => {
  test('draws executions by itself and by the element, live', async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const ports = { server: await freePort(), host: await freePort() }
    const root = join(examples, 'react-embed')
    const outDir = join(folder.path, 'host')
    await using _server = await serve(ports.server, join(folder.path, 'data'))
    await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
    const proxy = { '/trpc': { target: `http://localhost:${ports.server}`, ws: true } }
    const served = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: ports.host, proxy } })
    await using _host = { [Symbol.asyncDispose]: () => served.close() }

    const { page, problems } = await openPage(browser)
    await page.goto(`http://localhost:${ports.host}`)
    await page.getByText('connected').waitFor()
    await using command = runtail(ports.server, [
      'run',
      '--workflow-id',
      'build',
      '--',
      'sh',
      '-c',
      'echo first; sleep 2; echo last',
    ])
    const summary = page.getByRole('region', { name: 'Summary' })
    await summary.getByText('first', { exact: true }).waitFor()
    await page.locator('runtail-monitor').getByText('first', { exact: true }).waitFor()
    await summary.getByText('last', { exact: true }).waitFor()
    await summary.getByText(/^completed, \d lines, 0 errors$/).waitFor()
    await page.getByText('build completed').waitFor()
    expect((await command.exited).code).toBe(0)

    // Another execution is another watch; the first can be chosen again.
    await using second = runtail(ports.server, ['run', '--workflow-id', 'deploy', '--', 'echo', 'out it goes'])
    await second.exited
    await summary.getByText('out it goes', { exact: true }).waitFor()
    await page.getByRole('button', { name: /echo first/ }).click()
    await summary.getByText('last', { exact: true }).waitFor()
    expect(problems).toStrictEqual([])
  })
})
