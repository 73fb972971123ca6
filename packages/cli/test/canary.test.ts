// `runtail canary` against real servers: kept through a restart, broken where a store loses logs.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, startCli } from './support/cli.ts'
import { freePort, startServer } from './support/server.ts'

interface Told {
  readonly final: boolean
  readonly sent: number
  readonly seen: number
  readonly p50_ms: number | null
}

const told = (stdout: string): Told[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)

test('every log once and in order, through a restart of the server in the middle and a change of executions', async () => {
  const first = await startServer()
  const args = ['canary', '--url', first.url, '--json', '--logs-per-second', '200', '--interval', '200ms']
  const cli = startCli([...args, '--renew', '1s', '--metrics-port', '0'])
  const [, metrics = ''] = await cli.until(/metrics on (\S+)/)
  await cli.until(/"seen":[1-9]/)
  await first.stop()
  const second = await startServer({ port: first.port, dataDir: first.dataDir })
  // Most of them after the restart.
  await cli.until(/"seen":[1-9]\d{3}/)
  const response = await fetch(metrics)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(await response.text()).toMatch(/^runtail_canary_doubled_total 0$/m)
  expect((await fetch(metrics.replace('/metrics', '/'))).status).toBe(404)
  cli.child.kill('SIGINT')
  const { code, stdout } = await cli.ended
  const last = told(stdout).at(-1)
  expect(last).toMatchObject({ final: true, missing: 0, doubled: 0, out_of_order: 0, unknown: 0, resets: 0 })
  expect(last?.seen).toBe(last?.sent)
  expect(last?.p50_ms).toBeGreaterThan(0)
  expect(code).toBe(0)
  const executions = await second.client.executions.list({ workflow_id: 'runtail-canary' })
  expect(executions.length).toBeGreaterThan(1)
  expect(executions.map(({ status }) => status)).not.toContain('running')
})

test('logs that a wiped store has lost are missing: exit code 1', async () => {
  const first = await startServer()
  const cli = startCli(['canary', '--url', first.url, '--grace', '2s', '--duration', '3s'])
  await cli.until(/seen [1-9]/)
  await first.stop()
  rmSync(join(first.dataDir, 'runtail.db'))
  await startServer({ port: first.port, dataDir: first.dataDir })
  const { code, stdout } = await cli.ended
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^BROKEN {2}sent \d+ {2}seen \d+ {2}missing [1-9]\d* {2}doubled 0 {2}out of order 0 .*resets 1/,
  )
  expect(code).toBe(1)
})

test('a server that is away: everything that was written is missing', async () => {
  const port = await freePort()
  const { code, stdout } = await runCli([
    'canary',
    '--url',
    `localhost:${port}`,
    '--duration',
    '300ms',
    '--grace',
    '200ms',
  ])
  expect(stdout).toMatch(/^BROKEN {2}sent [1-9]\d* {2}seen 0 {2}missing [1-9]/m)
  expect(code).toBe(1)
})

test.each([
  [['--duration', '5'], /--duration must be a time such as/],
  [['--interval', '0s'], /--interval must be a time such as/],
  [['--logs-per-second', '0'], /--logs-per-second must be a whole number/],
  [['now'], /takes no argument/],
])('%j is a mistake', async (args, message) => {
  expect(await runCli(['canary', ...args])).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
