// Arguments and a process enter, a command runs, how the process shall end leaves; every expected mistake becomes one clear line.

import { RuntailError } from '@runtail/core'
import { columns, commandHelp, type Command, type Ending, type Io } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Loads a command only when it is asked for: `serve` brings the server, `pipe` the schema. */
type Loader = () => Promise<Command>

/** The commands, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Loader>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  run: async () => (await import('./commands/run.ts')).run,
  pipe: async () => (await import('./commands/pipe.ts')).pipe,
  tail: async () => (await import('./commands/tail.ts')).tail,
  ls: async () => (await import('./commands/ls.ts')).ls,
  canary: async () => (await import('./commands/canary.ts')).canary,
}

const SUMMARIES: Readonly<Record<string, string>> = {
  serve: 'Run the server with its dashboard.',
  run: 'Run a command and report its output as an execution.',
  pipe: 'Report what comes from standard input as an execution.',
  tail: 'Print the logs of an execution, those to come too.',
  ls: 'List recent executions.',
  canary: 'Prove all the time that logs arrive once and in order.',
}

/** Runs the program. Never rejects for what users can cause. */
export async function main(args: readonly string[], version: string, io: Io): Promise<Ending> {
  try {
    return await dispatch(args, version, io)
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`runtail: ${error.message}; ${error.hint}\n`)
      return 2
    }
    if (error instanceof RuntailError) {
      const remedy = error.code === 'disconnected' ? ' Is one running there? runtail serve starts it.' : ''
      io.stderr.write(`runtail: ${error.message}${remedy}\n`)
      return 1
    }
    throw error
  }
}

async function dispatch(args: readonly string[], version: string, io: Io): Promise<Ending> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return await help(rest[0], io)
  if (name === '--version' || name === '-v') return print(io, `${version}\n`)
  const command = await load(name)
  return asksForHelp(rest) ? print(io, commandHelp(command)) : await command.run(rest, io)
}

async function load(name: string): Promise<Command> {
  const loader = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (loader) return await loader()
  const what = name.startsWith('-') ? 'option' : 'command'
  throw new UsageError(
    `Unknown ${what} "${name}"`,
    `known commands are ${Object.keys(COMMANDS).join(', ')} (runtail --help)`,
  )
}

async function help(name: string | undefined, io: Io): Promise<Ending> {
  return print(io, name === undefined ? programHelp() : commandHelp(await load(name)))
}

/** Options behind `--` belong to the command that is run. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  const own = end === -1 ? args : args.slice(0, end)
  return own.includes('--help') || own.includes('-h')
}

function programHelp(): string {
  return `tail -f for workflow executions.

Usage: runtail COMMAND [OPTIONS]

Commands:
${columns(Object.entries(SUMMARIES))}

Options:
${columns([
  ['-h, --help', 'Print this help, or that of a command: runtail run --help.'],
  ['-v, --version', 'Print the version.'],
])}

Environment:
${columns([
  ['RUNTAIL_URL', 'Address of the server. [default: http://localhost:3000]'],
  ['RUNTAIL_TOKEN', 'Token for it, where it wants one.'],
  ['RUNTAIL_STATE', 'Folder for what could not be sent yet. [default: ~/.local/state/runtail, on macOS in ~/Library]'],
])}
`
}

function print(io: Io, text: string): number {
  io.stdout.write(text)
  return 0
}
