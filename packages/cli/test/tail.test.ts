import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { runCli, startCli } from './support/cli.ts'
import { freePort, startServer } from './support/server.ts'

test('history, then what comes live, until the execution completes', async () => {
  const server = await startServer()
  const execution = await server.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  execution.info('before')
  await execution.flush()
  const cli = startCli(['tail', '--url', server.url, 'run-1'])
  await cli.until(/before/)
  execution.warning('after\nsecond line')
  await cli.until(/second line/)
  await execution.complete({ rows: 2 })
  const ended = await cli.ended
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  expect(ended.stdout.replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')).toBe(
    [
      'TIME INFO  nightly nightly started',
      'TIME INFO  nightly before',
      'TIME WARN  nightly after',
      '             second line',
      'TIME INFO  nightly completed',
      '',
    ].join('\n'),
  )
  expect(stripVTControlCharacters(ended.stdout)).toBe(ended.stdout)
})

test('--json prints each log as it is stored, all of many', async () => {
  const server = await startServer()
  const execution = await server.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  for (let index = 1; index <= 5000; index += 1)
    execution.info(`line ${index} \u001B[31m\u009B é 😀`, { input_data: { 2: 'b', 1: [null, 0.1] } })
  await execution.fail(new Error('no'))
  const ended = await runCli(['tail', '--url', server.url, '--json', 'run-1'])
  expect(ended.code).toBe(1)
  const stored = await server.logs('run-1')
  expect(ended.stdout).toBe(stored.map((log) => `${JSON.stringify(log)}\n`).join(''))
  expect(stored).toHaveLength(5002)
})

test('--since leaves out what was seen, even all of it', async () => {
  const server = await startServer()
  const execution = await server.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  execution.info('two')
  execution.info('three')
  await execution.cancel()
  const since = async (seq: string): Promise<[number | null, number[]]> => {
    const { code, stdout } = await runCli(['tail', '--url', server.url, '--json', '--since', seq, 'run-1'])
    return [
      code,
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { seq: number }).seq),
    ]
  }
  expect(await since('2')).toStrictEqual([1, [3, 4]])
  expect(await since('4')).toStrictEqual([1, []])
})

test('an execution that does not exist is said, with exit code 2', async () => {
  const server = await startServer()
  for (const id of ['no-such-run', 'not an id']) {
    expect(await runCli(['tail', '--url', server.url, id])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `runtail: There is no execution ${id}; runtail ls lists them\n`,
    })
  }
})

test('it goes on after the server was away, and says so', { timeout: 30_000 }, async () => {
  const first = await startServer()
  const execution = await first.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  execution.info('before')
  await execution.flush()
  const cli = startCli(['tail', '--url', first.url, 'run-1'])
  await cli.until(/before/)
  await first.stop()
  await cli.until(/Lost the connection to .*Trying again\./)
  const second = await startServer({ port: first.port, dataDir: first.dataDir })
  await cli.until(/connected again/)
  const again = await second.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  await again.complete()
  const ended = await cli.ended
  expect(ended.code).toBe(0)
  expect(ended.stdout.match(/before/g)).toHaveLength(1)
})

test('a reader that has seen enough ends it quietly', async () => {
  const server = await startServer()
  const execution = await server.client.startExecution({ workflow_id: 'nightly', id: 'run-1' })
  for (let index = 1; index <= 20_000; index += 1) execution.info(`line ${index}`)
  await execution.flush()
  const cli = startCli(['tail', '--url', server.url, 'run-1'])
  await cli.until(/line 1\n/)
  cli.child.stdout.destroy()
  execution.info('one more, which nobody reads')
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' })
})

test('without a server it says so and waits for one', async () => {
  const cli = startCli(['tail', '--url', `localhost:${await freePort()}`, 'run-1'])
  await cli.until(/Cannot connect to ws:\/\/localhost:\d+\/trpc.*Trying again\./)
  expect(cli.child.exitCode).toBeNull()
})
