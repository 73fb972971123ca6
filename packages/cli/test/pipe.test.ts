import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runCli, startCli } from './support/cli.ts'
import { freePort, startServer } from './support/server.ts'

function pipeArgs(url: string, ...options: string[]): string[] {
  return ['pipe', '--url', url, '--workflow-id', 'server', '--id', 'run-1', ...options]
}

test('lines are reported and shown as they came', async () => {
  const server = await startServer()
  const input = 'plain\n{"level":40,"time":1769860800000,"msg":"careful","user":1}\nlast\r\nno end'
  const ended = await runCli(pipeArgs(server.url), { input })
  expect(ended).toMatchObject({ code: 0, stdout: input, stderr: `runtail: ${server.url}/executions/run-1\n` })
  const logs = await server.logs('run-1')
  expect(logs.slice(1, -1)).toMatchObject([
    { message: 'plain', level: 'info', step_name: 'server', step_type: 'stdin' },
    { message: 'careful', level: 'warning', timestamp: '2026-01-31T12:00:00.000Z', input_data: { user: 1 } },
    { message: 'last' },
    { message: 'no end' },
  ])
  expect(logs.at(-1)).toMatchObject({ event: 'execution.completed' })
  expect(await server.only()).toMatchObject({ status: 'completed', workflow_id: 'server' })
})

test('quietly it shows nothing at all', async () => {
  const server = await startServer()
  expect(await runCli(pipeArgs(server.url, '--quiet'), { input: 'a\nb\n' })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect(await server.only()).toMatchObject({ head_seq: 4 })
})

test('what tail --json printed becomes the same logs again, and ends as it says', async () => {
  const server = await startServer()
  const original = await server.client.startExecution({ workflow_id: 'nightly', id: 'original' })
  await original.step('download', { type: 'http', input: { url: 'x' } }, (step) =>
    step.warning('slow', { duration_ms: 5 }),
  )
  await original.fail(new Error('no'))
  const tailed = await runCli(['tail', '--url', server.url, '--json', 'original'])
  expect((await runCli(pipeArgs(server.url, '--quiet'), { input: tailed.stdout })).code).toBe(0)
  const own = ({ execution_id: _id, seq: _seq, ...log }: Awaited<ReturnType<typeof server.logs>>[number]): object => log
  const [started, ...copied] = await server.logs('run-1')
  expect(started).toMatchObject({ event: 'execution.started', message: 'server started' })
  expect(copied.map(own)).toStrictEqual((await server.logs('original')).map(own))
  expect(await server.client.executions.get('run-1')).toMatchObject({ status: 'failed' })
})

test('the same input twice with the same ids is stored once', async () => {
  const server = await startServer()
  const input = Array.from(
    { length: 100 },
    (_line, index) => `{"id":"line-${index}","message":"line ${index}"}\n`,
  ).join('')
  await runCli(pipeArgs(server.url, '--quiet'), { input })
  await runCli(pipeArgs(server.url, '--quiet'), { input })
  const messages = (await server.logs('run-1'))
    .map((log) => log.message)
    .filter((message) => message?.startsWith('line '))
  expect(messages).toStrictEqual(Array.from({ length: 100 }, (_line, index) => `line ${index}`))
})

test('Ctrl+C waits for the last words of the program before it, and cancels', async () => {
  const server = await startServer()
  const cli = startCli(pipeArgs(server.url))
  cli.child.stdin.write('working\n')
  await cli.until(/working/)
  cli.child.kill('SIGINT')
  // npm passes it on. Two that come at once would be one.
  await delay(50)
  cli.child.kill('SIGINT')
  await delay(50)
  cli.child.stdin.end('last words\n')
  expect(await cli.ended).toMatchObject({ signal: 'SIGINT', stdout: 'working\nlast words\n' })
  expect((await server.logs('run-1')).map((log) => log.event ?? log.message)).toStrictEqual([
    'execution.started',
    'working',
    'last words',
    'execution.canceled',
  ])
})

test('SIGTERM ends the reading', async () => {
  const server = await startServer()
  const cli = startCli(pipeArgs(server.url))
  cli.child.stdin.write('working\n')
  await cli.until(/working/)
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toMatchObject({ signal: 'SIGTERM' })
  expect(await server.only()).toMatchObject({ status: 'canceled' })
})

test('a long plain line is kept in parts', async () => {
  const server = await startServer()
  const line = '{'.repeat(300_000)
  await runCli(pipeArgs(server.url, '--quiet'), { input: `${line}\nshort\n` })
  const logs = (await server.logs('run-1')).slice(1, -1)
  expect(
    logs
      .slice(0, -1)
      .map((log) => log.message)
      .join(''),
  ).toBe(line)
  const parts = logs.map((log) => log.output_data)
  expect(parts.slice(0, -1)).toStrictEqual(
    parts.slice(0, -1).map((_part, index, all) => ({ part: index + 1, continues: index < all.length - 1 })),
  )
  expect(logs.at(-1)).not.toHaveProperty('output_data')
})

test('a server that is away changes nothing but a line in the end', async () => {
  const ended = await runCli(pipeArgs(`localhost:${await freePort()}`), { input: 'a\nb\n' })
  expect(ended).toMatchObject({
    code: 0,
    stdout: 'a\nb\n',
    stderr: expect.stringContaining('4 lines are kept, and will be sent to'),
  })
})

test.each([
  [['pipe'], /needs --workflow-id/],
  [['pipe', '--workflow-id', 'x', 'node'], /use runtail run/],
])('%j is a mistake', async (args, message) => {
  expect(await runCli(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
