/** Programs of the bench answer, fail with their reason, and end with whoever started them. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'

test('a program says what it has used', async () => {
  await using program = await Program.start('followers')
  const before = await program.usage()
  const after = await program.usage()
  expect(before.cpu_s).toBeGreaterThan(0)
  expect(after.cpu_s).toBeGreaterThanOrEqual(before.cpu_s)
  expect(after.rss_bytes).toBeGreaterThan(1e6)
})

test('what a program fails with is told, and also that it has ended', async () => {
  await using program = await Program.start('followers')
  await expect(program.ask('dance')).rejects.toThrow(/followers: .*dance/)
  await expect(program.ask('until', { executionId: 'x', seq: 1 })).rejects.toThrow(/Nobody follows x/)
  const asked = program.ask('connect', {
    protocol: 'runtail',
    url: 'ws://127.0.0.1:1',
    executionIds: ['x'],
    followers: 1,
  })
  await expect(asked).rejects.toThrow(/ended[^]*ECONNREFUSED/)
})

test('a program ends with the process that started it, though that was killed', async () => {
  const program = join(import.meta.dirname, '../programs/followers.ts')
  const code = `import { fork } from 'node:child_process'
    const child = fork(${JSON.stringify(program)}, { execArgv: ['--conditions=@runtail/source'] })
    child.once('message', () => process.send(child.pid))`
  const parent = fork('-', {
    execArgv: ['--input-type=module', '-e', code],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  await once(parent, 'message')
  parent.kill('SIGKILL')
  // The program writes to the same pipe, which ends when both are gone.
  let printed = ''
  for await (const text of parent.stdout ?? []) printed += String(text)
  expect(printed).toBe('')
})

test('a temporary folder is gone with its owner, and one that a killed process left with the next', () => {
  let path: string
  {
    using folder = tempFolder()
    path = folder.path
    expect(existsSync(path)).toBe(true)
    // No process has a number as high as that.
    mkdirSync(join(path, '../bench-99999999-left'))
  }
  expect(existsSync(path)).toBe(false)
  using _next = tempFolder()
  expect(existsSync(join(path, '../bench-99999999-left'))).toBe(false)
})
