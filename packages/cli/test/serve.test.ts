import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createNetServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runCli, startCli, type RunningCli } from './support/cli.ts'
import { freePort, temporaryFolder } from './support/server.ts'

async function serve(
  args: readonly string[],
  options: Parameters<typeof startCli>[1] = {},
): Promise<{ cli: RunningCli; url: string }> {
  const cli = startCli(['serve', '--port', '0', ...args], { cwd: temporaryFolder(), ...options })
  const [url] = await cli.until(/http:\/\/localhost:\d+/)
  return { cli, url }
}

test('says where it is, where the data lies and how to stop, and nothing else', async () => {
  const { cli, url } = await serve([])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(
    cli
      .stdout()
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s{2,}/)),
  ).toStrictEqual([
    ['Runtail', url],
    ['Data', '.runtail'],
    ['Stop', 'Ctrl+C'],
  ])
  cli.child.kill('SIGINT')
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' })
})

test('environment and flags say where to listen and store; flags win', async () => {
  const [port, folder] = [await freePort(), temporaryFolder()]
  const env = { PORT: String(port), HOST: '127.0.0.1', RUNTAIL_DATA: join(folder, 'data') }
  const cli = startCli(['serve'], { env, cwd: folder })
  await cli.until(new RegExp(`http://localhost:${port}\\n.*Data +data\\n`, 's'))
  cli.child.kill('SIGTERM')
  expect((await cli.ended).code).toBe(0)

  const flagged = startCli(['serve', '--port', '0', '--data', 'other'], { env, cwd: folder })
  await flagged.until(/Data +other\n/)
  expect(flagged.stdout().toString()).not.toContain(`:${port}\n`)
})

test('keeps what it was told between starts', async () => {
  const folder = temporaryFolder()
  const first = await serve([], { cwd: folder })
  await runCli(['run', '--url', first.url, '--id', 'run-1', '--', 'echo', 'kept'])
  first.cli.child.kill('SIGINT')
  expect((await first.cli.ended).code).toBe(0)
  const second = await serve([], { cwd: folder })
  expect((await runCli(['tail', '--url', second.url, 'run-1'])).stdout).toContain('kept')
})

test('the demo runs where it is asked for, on the current folder', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'hello.txt'), 'hello')
  const { url } = await serve(['--demo'], { cwd })
  const response = await fetch(`${url}/executions/run-1/start-streaming`, { method: 'POST' })
  expect(response.status).toBe(202)
  const tailed = await runCli(['tail', '--url', url, 'run-1'])
  expect(tailed).toMatchObject({ code: 0, stdout: expect.stringContaining('hello.txt') })

  const without = await serve([])
  expect((await fetch(`${without.url}/demo`)).status).toBe(404)
})

describe('what keeps it from running is one line and exit code 1', () => {
  test('a taken port', async () => {
    const taken = createNetServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const ended = await runCli(['serve', '--port', String(port)], { cwd: temporaryFolder() })
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^runtail: Port ${port} .*taken.*\\n$`)),
    })
  })

  test('a folder that cannot be made', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'file'), '')
    const ended = await runCli(['serve', '--port', '0', '--data', 'file/data'], { cwd })
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^runtail: .*file.*\n$/) })
  })

  test('a file that is no database', async () => {
    const cwd = temporaryFolder()
    mkdirSync(join(cwd, '.runtail'))
    writeFileSync(
      join(cwd, '.runtail', 'runtail.db'),
      'This is not a database, but long enough to look like one. '.repeat(100),
    )
    const ended = await runCli(['serve', '--port', '0'], { cwd })
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^runtail: .*runtail\.db.*\n$/) })
  })

  test('a database of a newer version', async () => {
    const cwd = temporaryFolder()
    const { cli } = await serve([], { cwd })
    cli.child.kill('SIGINT')
    await cli.ended
    const database = new DatabaseSync(join(cwd, '.runtail', 'runtail.db'))
    database.exec('PRAGMA user_version = 99999')
    database.close()
    const ended = await runCli(['serve', '--port', '0'], { cwd })
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^runtail: .*version 99999.*Update Runtail.*\n$/),
    })
  })

  test('an address beyond this machine, unless that is meant', async () => {
    const cwd = temporaryFolder()
    const ended = await runCli(['serve', '--port', '0', '--host', '0.0.0.0'], { cwd })
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^runtail: .*--insecure.*\n$/) })
  })
})

test('pages of other origins may connect where that is meant', async () => {
  const { url } = await serve([
    '--demo',
    '--allow-origin',
    'https://one.example',
    '--allow-origin',
    'https://two.example',
  ])
  const statusFor = async (origin: string) => {
    const { status } = await fetch(`${url}/executions/run/start-streaming`, { method: 'POST', headers: { origin } })
    return status
  }
  expect(await statusFor('https://three.example')).toBe(403)
  expect(await statusFor('https://two.example')).toBe(202)
  const ended = await runCli(['serve', '--port', '0', '--allow-origin', 'example.com'], { cwd: temporaryFolder() })
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringMatching(/^runtail: .*allowedOrigins.*\n$/) })
})

test.each([
  [['serve', '--port', 'http'], {}, /--port must be a whole number/],
  [['serve'], { PORT: '99999' }, /PORT must be a whole number/],
  [['serve', '8080'], {}, /takes no argument "8080"/],
])('%j is a mistake', async (args, env, message) => {
  expect(await runCli(args, { env })).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
