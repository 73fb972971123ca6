// A program of `programs/` enters, a running process that answers questions leaves; none outlives the process that started it.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Usage, UsageQuestion } from './program.ts'

export type { Usage } from './program.ts'

/** Options of {@link Program.start}. */
export interface ProgramOptions {
  readonly args?: readonly string[]
  /** More arguments for Node, such as `--expose-gc`. @default none */
  readonly nodeArgs?: readonly string[]
}

interface Answer {
  readonly id: number
  readonly output?: unknown
  readonly error?: string
}

const KEPT_STDERR = 8192

/** A process of ours that is measured, or that measures; `await using` ends it. */
export class Program implements AsyncDisposable {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #ready = Promise.withResolvers<void>()
  #stderr = ''
  #questions = 0

  private constructor(name: string, child: ChildProcess) {
    this.#name = name
    this.#child = child
    this.#exited = once(child, 'exit').then(() => this.#fail())
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR)
    })
    child.on('message', (message: Answer | { ready: true }) => {
      if ('ready' in message) return this.#ready.resolve()
      const question = this.#asked.get(message.id)
      this.#asked.delete(message.id)
      if (message.error === undefined) question?.resolve(message.output)
      else question?.reject(new Error(`${name}: ${message.error}`))
    })
  }

  /** Starts `programs/<name>.ts` under the Node that runs this, on the packages' sources; resolves when it can be asked. */
  static async start(name: string, options: ProgramOptions = {}): Promise<Program> {
    const { args = [], nodeArgs = [] } = options
    const profiling = process.env['BENCH_PROFILE']
    const child = fork(join(import.meta.dirname, '..', 'programs', `${name}.ts`), args, {
      execArgv: [
        '--conditions=@runtail/source',
        ...(profiling === undefined
          ? []
          : ['--cpu-prof', `--cpu-prof-dir=${profiling}`, `--cpu-prof-name=${name}-\${pid}.cpuprofile`]),
        ...nodeArgs,
      ],
      serialization: 'json',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    const program = new Program(name, child)
    await program.#ready.promise
    return program
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** What the program's handler of this name returns. Rejects with the handler's error, or where the process ended. */
  async ask<Output = void>(name: string, input?: unknown): Promise<Output> {
    const settle = Promise.withResolvers<unknown>()
    if (!this.#child.connected) throw this.#ended()
    this.#questions += 1
    this.#asked.set(this.#questions, settle)
    this.#child.send({ id: this.#questions, name, input })
    return (await settle.promise) as Output
  }

  /** What it has used so far, told by itself. */
  usage(options: UsageQuestion = {}): Promise<Usage> {
    return this.ask<Usage>('usage', options)
  }

  /** Ends it; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await this.#exited
    clearTimeout(timer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #ended(): Error {
    const how = this.#child.signalCode ?? this.#child.exitCode
    return new Error(`Program ${this.#name} ended (${how}).${this.#stderr === '' ? '' : `\n${this.#stderr}`}`)
  }

  #fail(): void {
    const error = this.#ended()
    this.#ready.reject(error)
    for (const settle of this.#asked.values()) settle.reject(error)
    this.#asked.clear()
  }
}
