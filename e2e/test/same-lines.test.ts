// A real command's lines are the same in every place where they can be read, each once and in order; also when the server is killed in the middle.

import type { ExecutionLog } from '@runtail/core'
import type { Page } from 'playwright'
import { describe, expect } from 'vitest'
import { openPage, test } from './support/browser.ts'
import { byBrowser, byPlainEndpoint, byRead, byTail, lineOf, type SeenLine, type ShownLine } from './support/readers.ts'
import { start } from './support/process.ts'
import { freePort, runtail, serve, TemporaryFolder } from './support/server.ts'

const LINES = 100_000

/** Prints a hundred thousand lines in bursts; takes some seconds, so that there is a middle of it. */
const PROGRAM = `
  let line = 0
  const burst = () => {
    for (let end = line + 1000; line < end; line += 1) console.log('line ' + line + ' of a build that says a lot')
    if (line < ${LINES}) setTimeout(burst, 30)
  }
  burst()
`

const expectedLines = Array.from({ length: LINES }, (_, line) => `line ${line} of a build that says a lot`)

/** Compares all ways out; the first and the last log are the execution's own start and end. */
async function expectSameEverywhere(port: number, executionId: string, page: Page): Promise<ExecutionLog[]> {
  const read = await byRead(port, executionId)
  expect(read.map(({ seq }) => seq)).toStrictEqual(Array.from(read, (_, index) => index + 1))
  const head = read.length
  expect(await byTail(port, executionId)).toStrictEqual(read)
  expect(await byPlainEndpoint(port, executionId, head)).toStrictEqual(read)
  await page
    .getByText(/Completed|Failed/)
    .first()
    .waitFor()
  const isLine = ({ seq }: { seq: number }): boolean => seq > 1 && seq < head
  const shown = (await byBrowser(page)).filter(isLine)
  const stored = read.map(lineOf).filter(isLine)
  // One difference says more than a hundred thousand.
  const isSame = (line: SeenLine, on: ShownLine | undefined): boolean =>
    on?.seq === line.seq && (on.isCut ? line.text.startsWith(on.text) : line.text === on.text)
  const different = stored.findIndex((line, index) => !isSame(line, shown[index]))
  expect(shown[different]).toStrictEqual(stored[different])
  expect(shown.length).toBe(stored.length)
  return read
}

describe('the lines of a command', () => {
  test('are the same in logs.read, tail, the plain endpoint and the browser', async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using _server = await serve(port, folder.path)
    await using plain = start('npm', ['ls', '--all'])
    const exit = await plain.exited
    await using command = runtail(port, ['run', '--', 'npm', 'ls', '--all'])
    const [, executionId = ''] = await command.until(/executions\/([\w-]+)/)
    const { page, problems } = await openPage(browser)
    await page.goto(`http://localhost:${port}/executions/${executionId}`)
    // The command is none the wiser: in this workspace npm has something to complain about, and its exit code says so.
    expect(await command.exited).toStrictEqual(exit)
    expect(command.stdout).toBe(plain.stdout)

    const read = await expectSameEverywhere(port, executionId, page)
    const printed = plain.stdout.split('\n').slice(0, -1)
    expect(read.filter(({ step_type }) => step_type === 'stdout').map(({ message }) => message)).toStrictEqual(printed)
    expect(problems).toStrictEqual([])
  })

  test('all arrive, once, though the server is killed in the middle', { timeout: 120_000 }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using server = await serve(port, folder.path)
    await using command = runtail(port, ['run', '--', process.execPath, '-e', PROGRAM])
    const [, executionId = ''] = await command.until(/executions\/([\w-]+)/)
    const { page } = await openPage(browser)
    await page.goto(`http://localhost:${port}/executions/${executionId}`)
    await page
      .getByText('line 0 of a build')
      .or(page.getByText(/line \d+ of a build/).first())
      .first()
      .waitFor()

    await command.until(/^line 30000 /m)
    server.kill('SIGKILL')
    await server.exited
    await command.until(/^line 50000 /m)
    await using _restarted = await serve(port, folder.path)

    expect(await command.exited).toStrictEqual({ code: 0, signal: null })
    expect(command.stderr).not.toContain('could not be sent')
    const read = await expectSameEverywhere(port, executionId, page)
    expect(read.slice(1, -1).map(({ message }) => message)).toStrictEqual(expectedLines)
  })
})
