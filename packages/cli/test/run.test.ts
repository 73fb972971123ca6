import type { ExecutionLog } from '@runtail/core'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { runCli, startCli } from './support/cli.ts'
import { freePort, startServer, temporaryFolder } from './support/server.ts'

/** `runtail run` of a Node program given as its source. */
function nodeArgs(url: string, source: string, ...options: string[]): string[] {
  return ['run', '--url', url, ...options, '--', process.execPath, '-e', source]
}

function lines(logs: readonly ExecutionLog[], stream: 'stdout' | 'stderr'): (string | undefined)[] {
  return logs.filter((log) => log.step_type === stream).map((log) => log.message)
}

describe('a command is reported', () => {
  test('with its lines, arguments, folder, exit code and duration', async () => {
    const server = await startServer()
    const source = `process.stdout.write('one\\n\\x1b[32mtwo\\x1b[0m\\n'); process.stderr.write('careful\\n'); process.stdout.write('last')`
    const cwd = temporaryFolder()
    const args = nodeArgs(
      server.url,
      source,
      '--workflow-id',
      'build',
      '--name',
      'Nightly',
      '--tag',
      'a',
      '--tag',
      'b',
      '--id',
      'run-1',
    )
    const ended = await runCli(args, { cwd })
    expect(ended).toMatchObject({ code: 0, stdout: 'one\n\u001B[32mtwo\u001B[0m\nlast' })
    expect(ended.stderr).toBe(`runtail: ${server.url}/executions/run-1\ncareful\n`)

    const logs = await server.logs('run-1')
    expect(lines(logs, 'stdout')).toStrictEqual(['one', '\u001B[32mtwo\u001B[0m', 'last'])
    expect(lines(logs, 'stderr')).toStrictEqual(['careful'])
    expect(logs.filter((log) => log.step_type === 'stdout').every((log) => log.level === 'info')).toBe(true)
    expect(logs.filter((log) => log.step_type === 'stderr').every((log) => log.level === 'warning')).toBe(true)
    expect(logs[0]).toMatchObject({
      event: 'execution.started',
      input_data: { command: process.execPath, args: ['-e', source], cwd: expect.stringContaining(cwd) },
    })
    expect(logs.at(-1)).toMatchObject({
      event: 'execution.completed',
      output_data: { exit_code: 0, signal: null },
      duration_ms: expect.any(Number),
    })
    expect(await server.only()).toMatchObject({
      status: 'completed',
      workflow_id: 'build',
      name: 'Nightly',
      tags: ['a', 'b'],
    })
  })

  test('as failed where it fails, with its exit code as ours', async () => {
    const server = await startServer()
    const ended = await runCli(nodeArgs(server.url, 'console.error("no"); process.exit(3)'))
    expect(ended.code).toBe(3)
    const execution = await server.only()
    expect(execution).toMatchObject({ status: 'failed', workflow_id: 'node', error_message: 'Exited with 3' })
    expect((await server.logs(execution.id)).at(-1)).toMatchObject({ output_data: { exit_code: 3, signal: null } })
  })

  test('as failed where there is no such command, with 127', async () => {
    const server = await startServer()
    const ended = await runCli(['run', '--url', server.url, '--quiet', '--', 'no-such-command-anywhere', 'x'])
    expect(ended).toMatchObject({
      code: 127,
      stderr: 'runtail: Cannot run "no-such-command-anywhere": command not found\n',
    })
    expect(await server.only()).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('command not found'),
    })
  })

  test.each([
    ['may not be run', (file: string) => file, 0o644, 'permission denied'],
    ['lies in a file', (file: string) => join(file, 'x'), 0o755, 'ENOTDIR'],
    ['has no name', () => '', 0o755, 'cannot be empty'],
  ])('as failed where it %s, with 126', async (_what, commandOf, mode, reason) => {
    const server = await startServer()
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, 'x')
    chmodSync(file, mode)
    const ended = await runCli(['run', '--quiet', '--url', server.url, '--', commandOf(file)])
    expect(ended).toMatchObject({ code: 126, stderr: expect.stringMatching(/^runtail: Cannot run .*\n$/) })
    expect(await server.only()).toMatchObject({ status: 'failed', error_message: expect.stringContaining(reason) })
  })
})

describe('signals', () => {
  test('one that ends the command ends us too', async () => {
    const server = await startServer()
    const ended = await runCli(
      nodeArgs(server.url, 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'),
    )
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' })
    const execution = await server.only()
    expect(execution.status).toBe('canceled')
    expect((await server.logs(execution.id)).at(-1)).toMatchObject({
      output_data: { exit_code: null, signal: 'SIGTERM' },
    })
  })

  test('a crash gives its exit code', async () => {
    const server = await startServer()
    const ended = await runCli(
      nodeArgs(server.url, 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)'),
    )
    expect(ended.code).toBe(137)
    expect(await server.only()).toMatchObject({ status: 'failed', error_message: 'Ended by SIGKILL' })
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reaches the command, which decides', async (signal) => {
    const server = await startServer()
    const source = `process.once('${signal}', () => { console.log('got it'); process.exit(4) }); setInterval(() => {}, 1000); console.log('ready')`
    const cli = startCli(nodeArgs(server.url, source))
    await cli.until(/ready/)
    cli.child.kill(signal)
    expect(await cli.ended).toMatchObject({ code: 4, signal: null, stdout: 'ready\ngot it\n' })
    expect(await server.only()).toMatchObject({ status: 'canceled' })
  })
})

test('Ctrl+C under npm, which comes twice, reaches the command once, and what it said is still delivered', async () => {
  const server = await startServer()
  const source = `
    let count = 0
    process.on('SIGINT', () => { if (++count === 1) setTimeout(() => { console.log('count', count); process.exit(0) }, 200) })
    setInterval(() => {}, 1000); console.log('ready')`
  const cli = startCli(nodeArgs(server.url, source, '--id', 'run-1'))
  await cli.until(/ready/)
  cli.child.kill('SIGINT')
  // Two that come at once would be one.
  await delay(50)
  cli.child.kill('SIGINT')
  await cli.until(/count/)
  cli.child.kill('SIGINT')
  expect(await cli.ended).toMatchObject({ code: 0, stdout: 'ready\ncount 1\n' })
  expect(lines(await server.logs('run-1'), 'stdout')).toStrictEqual(['ready', 'count 1'])
})

test('what it left in the background is waited for, as by a pipe, until a signal', async () => {
  const server = await startServer()
  const cli = startCli([
    'run',
    '--url',
    server.url,
    '--id',
    'run-1',
    '--',
    'sh',
    '-c',
    '(sleep 3; echo late) & echo early',
  ])
  await cli.until(/early/)
  expect((await cli.ended).stdout).toBe('early\nlate\n')

  const impatient = startCli(['run', '--url', server.url, '--id', 'run-2', '--', 'sh', '-c', 'sleep 10 & echo early'])
  await impatient.until(/early/)
  const startedMs = performance.now()
  // The first may still reach the command itself.
  const timer = setInterval(() => impatient.child.kill('SIGTERM'), 100)
  await impatient.ended
  clearInterval(timer)
  expect(performance.now() - startedMs).toBeLessThan(5000)
  expect((await server.logs('run-2')).map((log) => log.message)).toContain('early')
})

describe('the command does not notice', () => {
  test('its input and output are the same bytes', async () => {
    const server = await startServer()
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_value, index) => (index * 7919) % 256))
    const cli = startCli(['run', '--url', server.url, '--', 'cat'])
    cli.child.stdin.end(bytes)
    expect((await cli.ended).code).toBe(0)
    expect(cli.stdout().equals(bytes)).toBe(true)
  })

  test('its input is the same open file, blocking as it was', async () => {
    const server = await startServer()
    const source = `
      const fs = require('node:fs'); const b = Buffer.alloc(5)
      fs.writeSync(2, 'reading'); console.log(fs.readSync(0, b), String(b))`
    const cli = startCli(nodeArgs(server.url, source))
    await cli.until(/reading/)
    // A non-blocking read would have failed by now.
    cli.child.stdin.end('hello')
    expect(await cli.ended).toMatchObject({ code: 0, stdout: '5 hello\n' })
  })

  test.runIf(process.platform === 'linux')('its outputs are pipes, which scripts open by name', async () => {
    const server = await startServer()
    const script = 'echo named > /dev/stdout; echo careful > /dev/stderr; test -p /dev/stdout && test -p /dev/stderr'
    const ended = await runCli(['run', '--quiet', '--url', server.url, '--id', 'run-1', '--', 'sh', '-c', script])
    expect(ended).toMatchObject({ code: 0, stdout: 'named\n', stderr: 'careful\n' })
    expect(lines(await server.logs('run-1'), 'stderr')).toStrictEqual(['careful'])
  })

  test('nobody reads its output any more, as without us', async () => {
    const server = await startServer()
    const cli = startCli(['run', '--url', server.url, '--', 'seq', '1', '10000000'])
    await cli.until(/\n20\n/)
    cli.child.stdout.destroy()
    expect((await cli.ended).code).toBe(141)
    expect(await server.only()).toMatchObject({ status: 'failed', error_message: 'Ended by SIGPIPE' })
  })

  test('there is no server, which is said in the end and costs no time', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const startedMs = performance.now()
    const ended = await runCli(
      nodeArgs(url, 'for (let i = 0; i < 1200; i++) console.log(i); process.exitCode = 5', '--quiet'),
    )
    expect(ended.code).toBe(5)
    expect(ended.stdout.split('\n')).toHaveLength(1201)
    const target = `${url.replace('http', 'ws')}/trpc`
    expect(ended.stderr).toBe(`runtail: 1,202 lines are kept, and will be sent to ${target} by the next runtail run\n`)
    expect(performance.now() - startedMs).toBeLessThan(4000)
  })
})

describe('every line arrives', () => {
  test('100,000 of each stream, as fast as they come, in order', { timeout: 120_000 }, async () => {
    const server = await startServer()
    const source = `
      const { stdout, stderr } = process
      for (let i = 1; i <= 100000; i++) { stdout.write('out ' + i + '\\n'); stderr.write('err ' + i + '\\n') }`
    const ended = await runCli(nodeArgs(server.url, source, '--quiet', '--id', 'run-1'))
    expect(ended.code).toBe(0)
    const expected = (name: string): string[] =>
      Array.from({ length: 100_000 }, (_line, index) => `${name} ${index + 1}`)
    expect(ended.stdout).toBe(`${expected('out').join('\n')}\n`)
    expect(ended.stderr).toBe(`${expected('err').join('\n')}\n`)
    const logs = await server.logs('run-1')
    expect(logs.map((log) => log.seq)).toStrictEqual(logs.map((_log, index) => index + 1))
    expect(lines(logs, 'stdout')).toStrictEqual(expected('out'))
    expect(lines(logs, 'stderr')).toStrictEqual(expected('err'))
  })

  test('however long the server needs for it, while it takes them', { timeout: 120_000 }, async () => {
    const server = await startServer()
    const ended = await runCli([
      'run',
      '--url',
      server.url,
      '--id',
      'run-1',
      '--flush-timeout',
      '1',
      '--',
      'seq',
      '1',
      '150000',
    ])
    expect(ended.stderr).toBe(`runtail: ${server.url}/executions/run-1\n`)
    expect(await server.only()).toMatchObject({ head_seq: 150_002, status: 'completed' })
  })

  test('where the server comes later', async () => {
    const port = await freePort()
    const cli = startCli(
      nodeArgs(
        `localhost:${port}`,
        `
      console.log('before')
      process.stdin.once('data', () => { console.log('after'); process.exit() })`,
        '--id',
        'run-1',
      ),
    )
    await cli.until(/before/)
    const server = await startServer({ port })
    cli.child.stdin.end('go')
    expect((await cli.ended).code).toBe(0)
    expect(lines(await server.logs('run-1'), 'stdout')).toStrictEqual(['before', 'after'])
  })

  test('where the server restarts in between', { timeout: 30_000 }, async () => {
    const first = await startServer()
    const cli = startCli(
      nodeArgs(
        first.url,
        `
      let i = 0
      const timer = setInterval(() => console.log(++i), 1)
      process.stdin.once('data', () => { clearInterval(timer); console.log('end'); process.exit() })`,
        '--id',
        'run-1',
      ),
    )
    await cli.until(/\n50\n/)
    await first.stop()
    await cli.until(/\n200\n/)
    const { port, dataDir } = first
    const second = await startServer({ port, dataDir })
    cli.child.stdin.end('go')
    const ended = await cli.ended
    expect(ended.code).toBe(0)
    expect(lines(await second.logs('run-1'), 'stdout').join('\n')).toBe(ended.stdout.trim())
  })

  test('however long, in parts that say so', async () => {
    const server = await startServer()
    await runCli(nodeArgs(server.url, `console.log('é'.repeat(150000)); console.log('short')`, '--id', 'run-1'))
    const parts = (await server.logs('run-1')).filter((log) => log.step_type === 'stdout')
    expect(
      parts
        .slice(0, -1)
        .map((log) => log.message)
        .join(''),
    ).toBe('é'.repeat(150_000))
    expect(parts.map((log) => log.output_data)).toStrictEqual([
      { part: 1, continues: true },
      { part: 2, continues: true },
      { part: 3, continues: false },
      undefined,
    ])
  })

  test('as a terminal would finally show it', async () => {
    const server = await startServer()
    const source = `process.stdout.write('10%\\r50%\\r100%\\ndone\\r\\n')`
    const ended = await runCli(nodeArgs(server.url, source, '--id', 'run-1'))
    expect(ended.stdout).toBe('10%\r50%\r100%\ndone\r\n')
    expect(lines(await server.logs('run-1'), 'stdout')).toStrictEqual(['100%', 'done'])
  })
})

describe('mistakes', () => {
  test.each([
    [['run', 'npm', 'test'], /must stand behind --/],
    [['run', '--'], /must stand behind --/],
    [['run', '--no-such', '--', 'true'], /--no-such/],
    [['run', '--id', 'a/b', '--', 'true'], /--id must be letters/],
    [['run', '--url', 'ftp://x', '--', 'true'], /not the address of a server/],
    [['run', '--flush-timeout', 'soon', '--', 'true'], /--flush-timeout must be a whole number/],
  ])('%j is one line and exit code 2', async (args, message) => {
    const ended = await runCli(args)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr.match(/\n/g)).toHaveLength(1)
  })
})
