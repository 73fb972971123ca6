// The real program in a process of its own: what it is given enters, what it wrote and how it ended leaves.

import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'
import { temporaryFolder } from './server.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const ENTRY = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

/** How {@link startCli} starts it. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** How it ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The program while it runs. */
export interface RunningCli {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  /** What it wrote so far. */
  readonly stdout: () => Buffer
  readonly stderr: () => string
  /** Resolves when what it wrote on either output matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

/** Starts `runtail ARGS` from its sources. It ends with the test at the latest. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const { NO_COLOR: _plain, FORCE_COLOR: _colors, ...inherited } = process.env
  const child = spawn(process.execPath, ['--conditions=@runtail/source', ENTRY, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of a test stays in the home of whoever runs it.
    env: { ...inherited, RUNTAIL_STATE: temporaryFolder(), ...options.env },
    cwd: options.cwd,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  // It may end before it has read everything.
  child.stdin.on('error', () => {})
  const written: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      written[name].push(chunk)
      for (const listener of listeners) listener()
    })
  }
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(written[name]).toString()
  const ended = once(child, 'close').then(([code, signal]): Ended => ({
    code,
    signal,
    stdout: text('stdout'),
    stderr: text('stderr'),
  }))
  return {
    child,
    stdout: () => Buffer.concat(written.stdout),
    stderr: () => text('stderr'),
    ended,
    until(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
      const look = (): void => {
        const found = pattern.exec(text('stdout')) ?? pattern.exec(text('stderr'))
        if (found) resolve(found)
      }
      listeners.add(look)
      look()
      ended.then(
        ({ code, stdout, stderr }) =>
          reject(new Error(`It ended with ${code} before ${pattern}:\n${stdout}\n${stderr}`)),
        reject,
      )
      return promise.finally(() => listeners.delete(look))
    },
  }
}

/** Runs it to its end, with this as its standard input. */
export async function runCli(
  args: readonly string[],
  options: CliOptions & { readonly input?: string | Buffer } = {},
): Promise<Ended> {
  const cli = startCli(args, options)
  cli.child.stdin.end(options.input ?? '')
  return await cli.ended
}
