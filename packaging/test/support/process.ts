// A command enters; what it printed leaves when it ends well, a process that runs until the test is over when it is to stay.

import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'

/** Where and in which environment a command runs. */
export interface Surroundings {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** What a command printed. */
export interface Output {
  readonly stdout: string
  readonly stderr: string
}

/** Rejects, with what the command printed, when its exit code is not 0. */
export function run(command: string, args: readonly string[], where: Surroundings = {}): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 120_000, maxBuffer: 2 ** 26, ...where }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`))
      else resolve({ stdout, stderr })
    })
  })
}

/** A process that goes on; `await using` ends it. */
export class Running implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly exited: Promise<number | null>
  #output = ''
  #ended = false
  #news = Promise.withResolvers<void>()

  constructor(command: string, args: readonly string[], where: Surroundings = {}) {
    this.#child = spawn(command, args, { stdio: 'pipe', ...where })
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#tell(text))
    }
    this.#child.once('close', () => {
      this.#ended = true
      this.#tell('')
    })
  }

  /** Resolves when the output matches; rejects when the process ends before. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match) return match
      if (this.#ended) throw new Error(`Ended without printing ${pattern}:\n${this.#output}`)
      await this.#news.promise
    }
  }

  #tell(text: string): void {
    this.#output += text
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  /** Asks it to stop; resolves with its exit code. */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.#child.kill(signal)
    return this.exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}
