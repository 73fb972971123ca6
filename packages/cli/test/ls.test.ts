import { expect, test } from 'vitest'
import { runCli } from './support/cli.ts'
import { freePort, startServer } from './support/server.ts'

test('lists executions, newest first', async () => {
  const server = await startServer()
  const done = await server.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  done.error('oh')
  await done.complete()
  const running = await server.client.startExecution({ workflow_id: 'server', id: 'run-2' })
  await running.flush()
  const table = await runCli(['ls'], { env: { RUNTAIL_URL: server.url } })
  expect(table).toMatchObject({ code: 0, stderr: '' })
  const rows = table.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/\s{2,}/))
  expect(rows[0]).toStrictEqual(['ID', 'STATUS', 'WORKFLOW', 'STARTED', 'DURATION', 'LOGS', 'ERRORS'])
  expect(rows.slice(1)).toMatchObject([
    ['run-2', 'running', 'server', expect.any(String), expect.any(String), '1', '0'],
    ['run-1', 'completed', 'nightly', expect.any(String), expect.any(String), '3', '1'],
  ])

  const ids = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await runCli(['ls', '--url', server.url, '--json', ...args])
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { id: string }).id)
  }
  expect(await ids()).toStrictEqual(['run-2', 'run-1'])
  expect(await ids('--status', 'completed')).toStrictEqual(['run-1'])
  expect(await ids('--limit', '1')).toStrictEqual(['run-2'])
})

test('a server that is away is one line and exit code 1', async () => {
  const port = await freePort()
  const ended = await runCli(['ls', '--url', `localhost:${port}`])
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(
    new RegExp(`^runtail: Cannot connect to ws://localhost:${port}/trpc.*runtail serve starts it\\.\\n$`),
  )
})

test.each([
  [['ls', '--status', 'done'], /--status must be one of pending, running/],
  [['ls', '--limit', '0'], /--limit must be a whole number/],
  [['ls', 'run-1'], /takes no argument/],
])('%j is a mistake', async (args, message) => {
  expect(await runCli(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
