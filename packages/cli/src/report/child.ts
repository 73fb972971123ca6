// A command line enters, the command runs in our place: same input, same output, same signals; its output and how it ended leave.

import { spawn, type ChildProcess } from 'node:child_process'
import { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import type { Io } from '../command.ts'
import { STOP_SIGNALS } from '../signals.ts'
import type { Outcome } from './ending.ts'
import { openOutputPipes, type OutputPipes } from './output-pipes.ts'

/** A command that runs, or failed to. */
export interface Child {
  readonly stdout: Readable
  readonly stderr: Readable
  /** How it ended. Its output may go on: like a pipe, that waits for whatever it left in the background. */
  readonly outcome: Promise<Outcome>
  /** The first signal that came while it ran. */
  readonly interruptedBy: () => NodeJS.Signals | undefined
}

/** Starts a command without a shell. */
export function startChild(commandLine: readonly string[], io: Io): Child {
  const pipes = openOutputPipes(io.platform)
  try {
    return watch(spawnWith(commandLine, pipes), { command: commandLine[0] ?? '', pipes, io })
  } catch (error) {
    // Some of what can go wrong is thrown, some comes as an event.
    for (const source of pipes?.sources ?? []) source.destroy()
    const outcome = spawnError(commandLine[0] ?? '', error)
    return {
      stdout: Readable.from([]),
      stderr: Readable.from([]),
      outcome: Promise.resolve(outcome),
      interruptedBy: () => undefined,
    }
  } finally {
    pipes?.closeWriteEnds()
  }
}

function spawnWith([command = '', ...args]: readonly string[], pipes: OutputPipes | undefined): ChildProcess {
  // Standard input is the same open file, not a pipe of ours: nothing of it is read here, and terminals stay terminals.
  return spawn(command, args, { stdio: ['inherit', ...(pipes?.writeEnds ?? (['pipe', 'pipe'] as const))] })
}

interface WatchOptions {
  readonly command: string
  readonly pipes: OutputPipes | undefined
  readonly io: Io
}

function watch(child: ChildProcess, { command, pipes, io }: WatchOptions): Child {
  const [stdout, stderr] = pipes?.sources ?? [child.stdout ?? Readable.from([]), child.stderr ?? Readable.from([])]
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  let interruptedBy: NodeJS.Signals | undefined
  const giveBack = STOP_SIGNALS.map((signal) =>
    io.onSignal(signal, () => {
      interruptedBy ??= signal
      if (!comesFromTheKeyboard(signal)) child.kill(signal)
    }),
  )
  child.on('error', (error) => {
    if (child.pid === undefined) resolve(spawnError(command, error))
  })
  child.on('exit', (exitCode, signal) => {
    if (signal !== null) resolve({ kind: 'signal', signal })
    else if (child.pid !== undefined) resolve({ kind: 'exit', exitCode: exitCode ?? 1 })
  })
  return {
    stdout,
    stderr,
    interruptedBy: () => interruptedBy,
    outcome: promise.finally(() => {
      for (const give of giveBack) give()
    }),
  }
}

/** A terminal sends these to the command too, which is in the same process group: it must not get them twice. */
function comesFromTheKeyboard(signal: NodeJS.Signals): boolean {
  return (signal === 'SIGINT' || signal === 'SIGQUIT') && [0, 1, 2].some((fd) => isatty(fd))
}

function spawnError(command: string, error: unknown): Outcome {
  const { code, message } = error as NodeJS.ErrnoException
  const why = REASONS[code ?? ''] ?? message
  return { kind: 'spawn_error', code, message: `Cannot run "${command}": ${why}` }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'command not found',
  EACCES: 'permission denied',
}
