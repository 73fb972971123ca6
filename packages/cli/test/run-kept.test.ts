// `runtail run` without a server, and killed in the middle: the next one delivers what is left, each line once.

import type { ExecutionLog } from '@runtail/core'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, startCli } from './support/cli.ts'
import { freePort, startServer, temporaryFolder } from './support/server.ts'

const stdoutLines = (logs: readonly ExecutionLog[]): (string | undefined)[] =>
  logs.filter((log) => log.step_type === 'stdout').map((log) => log.message)
const upTo = (last: number): string[] => Array.from({ length: last }, (_line, index) => `${index + 1}`)
const journalsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.journal'))

/** `runtail run` that keeps what it cannot send in this folder. */
function args(port: number, id: string, ...command: string[]): string[] {
  return ['run', '--quiet', '--url', `localhost:${port}`, '--id', id, '--', ...command]
}

test('what a run could not send is said, kept, and sent by the next run, beside its own', async () => {
  const port = await freePort()
  const env = { RUNTAIL_STATE: temporaryFolder() }
  const first = await runCli(args(port, 'run-1', 'seq', '1', '1202'), { env })
  expect(first).toMatchObject({
    code: 0,
    stderr: `runtail: 1,204 lines are kept, and will be sent to ws://localhost:${port}/trpc by the next runtail run\n`,
  })
  const server = await startServer({ port })
  const second = await runCli(args(port, 'run-2', 'echo', 'hello'), { env })
  expect(second).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' })
  expect(stdoutLines(await server.logs('run-1'))).toStrictEqual(upTo(1202))
  expect(stdoutLines(await server.logs('run-2'))).toStrictEqual(['hello'])
  expect((await server.client.executions.get('run-1')).status).toBe('completed')
  expect(journalsIn(env.RUNTAIL_STATE)).toStrictEqual([])
})

test('pipe keeps and sends in the same way', async () => {
  const port = await freePort()
  const env = { RUNTAIL_STATE: temporaryFolder() }
  const pipe = ['pipe', '--quiet', '--url', `localhost:${port}`, '--workflow-id', 'w', '--id']
  const first = await runCli([...pipe, 'pipe-1'], { env, input: 'one\ntwo\n' })
  expect(first.stderr).toMatch(/^runtail: 4 lines are kept/)
  const server = await startServer({ port })
  expect((await runCli([...pipe, 'pipe-2'], { env, input: 'three\n' })).stderr).toBe('')
  expect((await server.logs('pipe-1')).map(({ message }) => message).slice(1, 3)).toStrictEqual(['one', 'two'])
  expect(journalsIn(env.RUNTAIL_STATE)).toStrictEqual([])
})

test('nothing is kept where that is not wanted', async () => {
  const env = { RUNTAIL_STATE: join(temporaryFolder(), 'none') }
  const port = await freePort()
  const [name = '', ...rest] = args(port, 'run-1', 'echo', 'hello')
  const ended = await runCli([name, '--no-outbox-file', ...rest], { env })
  expect(ended.stderr).toMatch(/^runtail: 3 lines could not be sent/)
  expect(() => readdirSync(env.RUNTAIL_STATE)).toThrow('ENOENT')
})

test.each([20_000, 40_000, 90_000])(
  'killed with -9 after %i lines: the next run delivers the rest, and ends it',
  async (line) => {
    const server = await startServer()
    const env = { RUNTAIL_STATE: temporaryFolder() }
    // Once the reader is gone, so is the command.
    const killed = startCli(args(server.port, 'run-1', 'seq', '1', '5000000'), { env })
    await killed.until(new RegExp(`\\n${line}\\n`))
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')

    expect((await runCli(args(server.port, 'run-2', 'true'), { env })).code).toBe(0)
    const logs = await server.logs('run-1')
    const lines = stdoutLines(logs)
    // What was shown may be a piece ahead of what was reported: both happen to a piece before the next one is read.
    expect(lines.length).toBeGreaterThan(0)
    expect(lines).toStrictEqual(upTo(lines.length))
    expect(new Set(logs.map(({ id }) => id)).size).toBe(logs.length)
    expect(logs.at(-1)).toMatchObject({
      event: 'execution.canceled',
      message: 'The process that reported this execution was killed. What it had reported until then is complete.',
    })
    expect((await server.client.executions.get('run-1')).status).toBe('canceled')
    expect(journalsIn(env.RUNTAIL_STATE)).toStrictEqual([])
  },
)
