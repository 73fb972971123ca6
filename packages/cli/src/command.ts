// What a command is: how it is called, what its options are and what it does; arguments enter, options and help texts leave.

import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util'
import { UsageError } from './usage-error.ts'

/** Everything of the process that commands touch; `index.ts` alone takes it from the process. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly platform: NodeJS.Platform
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Takes a signal over from the process's default; one listener at a time for each. Returns what gives it back. */
  readonly onSignal: (signal: NodeJS.Signals, listener: () => void) => () => void
  /** Ends the process at once; for somebody who asks a second time. */
  readonly exit: (code: number) => void
}

/** How the process ends: an exit code, or by the signal by which the reported command ended. */
export type Ending = number | NodeJS.Signals

/** An option of `node:util`'s parseArgs with what its help says. */
export interface Option extends ParseArgsOptionDescriptor {
  /** What stands for the value in the help, such as `PORT`; for options that take one. */
  readonly value?: string
  readonly description: string
}

/** Options by their long names. */
export type Options = Readonly<Record<string, Option>>

/** One command of the program. */
export interface Command {
  readonly name: string
  /** What stands after the name in its usage line. */
  readonly usage: string
  readonly summary: string
  readonly options: Options
  /** Further help: environment, exit codes, examples. */
  readonly notes: string
  /** @param args what came after the command's name */
  readonly run: (args: readonly string[], io: Io) => Promise<Ending>
}

/** Options that several commands have. */
export const urlOption = {
  type: 'string',
  value: 'URL',
  description: 'Address of the server. [env: RUNTAIL_URL, default: http://localhost:3000]',
} as const satisfies Option

/** What {@link parse} gives: the values of options, and what is not an option. */
export type Parsed<Known extends Options> = ReturnType<
  typeof parseArgs<{ options: { -readonly [Name in keyof Known]: Known[Name] }; allowPositionals: true; strict: true }>
>

/** Reads the arguments of a command. @throws UsageError for what the command does not know */
export function parse<const Known extends Options>(
  command: { readonly name: string; readonly options: Known },
  args: readonly string[],
): Parsed<Known> {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true })
  } catch (error) {
    // parseArgs explains itself in one or more sentences; the first one says what is wrong.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/)
    throw new UsageError(reason, `see runtail ${command.name} --help`)
  }
}

/** A number of an option or a variable. @throws UsageError where it is none, or out of range */
export function parseInteger(
  text: string,
  what: string,
  range: { readonly min: number; readonly max: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= range.min && value <= range.max) return value
  throw new UsageError(`${what} must be a whole number from ${range.min} to ${range.max}, not "${text}"`, 'correct it')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options: Options = {
    ...command.options,
    help: { type: 'boolean', short: 'h', description: 'Print this help.' },
  }
  const flags = Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `-${option.short}, `
    return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.description] as const
  })
  const usage = `Usage: runtail ${command.name} ${command.usage}`
  return [command.summary, usage, `Options:\n${columns(flags)}`, command.notes].join('\n\n') + '\n'
}

/** Two columns, indented. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
