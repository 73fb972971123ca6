import { describe, expect, test } from 'vitest'
import { commandHelp } from '../src/command.ts'
import { COMMANDS } from '../src/main.ts'
import { runCli, startCli } from './support/cli.ts'

test.each([['--help'], ['-h'], ['help'], []])('%s prints the commands', async (...args) => {
  const { code, stdout, stderr } = await runCli(args.filter((arg) => arg !== undefined))
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' })
  for (const name of Object.keys(COMMANDS)) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
})

test('a reader that stops is no mistake', async () => {
  const cli = startCli(['--help'])
  cli.child.stdout.destroy()
  expect(await cli.ended).toMatchObject({ code: 0, stderr: '' })
})

test('--version prints the version', async () => {
  expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

describe.each(Object.keys(COMMANDS))('%s', (name) => {
  test('--help names every option', async () => {
    const command = await COMMANDS[name]?.()
    expect(command?.name).toBe(name)
    const { code, stdout, stderr } = await runCli([name, '--help'])
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(command && commandHelp(command))
    for (const option of Object.keys(command?.options ?? {})) expect(stdout).toContain(`--${option}`)
  })

  test('--help says how it ends, in lines that fit', async () => {
    const { stdout } = await runCli([name, '--help'])
    expect(stdout).toMatch(/^Exit codes: [^]*2 [^]*for wrong options\.$/m)
    expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  test('an unknown option is one line and exit code 2', async () => {
    const { code, stdout, stderr } = await runCli([name, '--no-such-option', '--', 'true'])
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^runtail: .*--no-such-option.*; see runtail ${name} --help\\n$`))
  })
})

test('--help behind -- is the command’s own', async () => {
  const { stdout } = await runCli([
    'run',
    '--url',
    'localhost:1',
    '--flush-timeout',
    '0',
    '--',
    'printf',
    '%s',
    '--help',
  ])
  expect(stdout).toBe('--help')
})

test.each([
  [
    ['sevre'],
    'runtail: Unknown command "sevre"; known commands are serve, run, pipe, tail, ls, canary (runtail --help)\n',
  ],
  [
    ['--prot'],
    'runtail: Unknown option "--prot"; known commands are serve, run, pipe, tail, ls, canary (runtail --help)\n',
  ],
  [
    ['constructor'],
    'runtail: Unknown command "constructor"; known commands are serve, run, pipe, tail, ls, canary (runtail --help)\n',
  ],
])('%j', async (args, stderr) => {
  expect(await runCli(args)).toMatchObject({ code: 2, stdout: '', stderr })
})
