// What the README tells a new user to do, done in a fresh copy with empty caches: two commands, and a program's logs are in the browser.

import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openPage, test } from './support/browser.ts'
import { copyRepository, emptyCaches } from './support/fresh-copy.ts'
import { start } from './support/process.ts'
import { block, readmeBlocks } from './support/readme.ts'
import { freePort, TemporaryFolder } from './support/server.ts'

const FRESH_INSTALL_MS = 240_000

describe('a new user', () => {
  test('starts, runs, produces, follows and sees it', { timeout: FRESH_INSTALL_MS }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const clone = join(folder.path, 'runtail')
    await copyRepository(clone)
    const port = await freePort()
    const blocks = await readmeBlocks()
    const env = { ...emptyCaches(folder.path), PORT: String(port), RUNTAIL_URL: `ws://localhost:${port}/trpc` }
    const shell = (command: string) => start('sh', ['-c', command], { cwd: clone, env })
    const write = async (name: string) => {
      await writeFile(join(clone, name), block(blocks, name).replaceAll('localhost:3000', `localhost:${port}`))
    }

    await using server = shell(block(blocks, 'start'))
    await server.until(new RegExp(`http://localhost:${port}`))

    // A second shell: a command.
    await using command = shell(block(blocks, 'run'))
    expect(await command.exited, command.stderr).toStrictEqual({ code: 0, signal: null })
    expect(command.stdout).toContain('@runtail/cli')

    // A second shell: a program of the user's own.
    await write('produce.mjs')
    await using producer = shell('npx node produce.mjs')
    expect(await producer.exited, producer.stderr).toStrictEqual({ code: 0, signal: null })
    const executionId = producer.stdout.trim()

    await write('follow.mjs')
    await using follower = shell(`npx node follow.mjs ${executionId}`)
    expect(await follower.exited, follower.stderr).toStrictEqual({ code: 0, signal: null })
    expect(follower.stdout).toContain('info 200 OK')
    expect(follower.stdout).toContain('6 info completed')

    await write('api.ts')
    await using service = shell('npx node api.ts')
    expect(await service.exited, service.stderr).toStrictEqual({ code: 0, signal: null })
    expect(service.stdout).toContain("[ 'completed, 0 errors' ]")

    const { page, problems } = await openPage(browser)
    await page.goto(`http://localhost:${port}/executions`)
    await page
      .getByRole('link', { name: /nightly-import/ })
      .first()
      .click()
    await page.getByText('200 OK').waitFor()
    await page.getByText('Completed').first().waitFor()
    expect(page.url()).toContain(executionId)
    expect(problems).toStrictEqual([])

    // As a terminal does: npm and the server get it, and npm passes it on, so the server gets it twice.
    server.kill('SIGINT')
    await server.exited
    // A store that was closed in good order leaves one file.
    expect(await readdir(join(clone, '.runtail'))).toStrictEqual(['runtail.db'])
  })
})
