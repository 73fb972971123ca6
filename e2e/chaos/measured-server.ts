// A data folder enters, a measured server in a process of its own leaves, with a producer on it and followers in processes of their own.

import { createClient, type ExecutionHandle } from '@runtail/client-sdk'
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { start, type Running } from '../test/support/process.ts'
import { evaluate, type Verdict } from './evaluate.ts'
import type { Measurement } from './programs/measured-server.ts'
import { readRecords, type Sighting } from './records.ts'
import { readStored } from './stored.ts'

const programs = join(import.meta.dirname, 'programs')

/** A server with one execution, who reports it and who follows it. */
export class MeasuredServer implements AsyncDisposable {
  readonly process: Running
  readonly execution: ExecutionHandle
  readonly #folder: string
  readonly #url: string
  readonly #stack: AsyncDisposableStack
  readonly #followers = new Map<string, Running>()
  readonly #submitted: string[] = []
  #measured = 0

  private constructor(
    process: Running,
    execution: ExecutionHandle,
    { folder, url, stack }: { folder: string; url: string; stack: AsyncDisposableStack },
  ) {
    this.process = process
    this.execution = execution
    this.#folder = folder
    this.#url = url
    this.#stack = stack
  }

  /** Resolves when it serves. */
  static async start(folder: string, stallMs: number): Promise<MeasuredServer> {
    await using stack = new AsyncDisposableStack()
    await mkdir(folder)
    const program = join(programs, 'measured-server.ts')
    const running = stack.use(start(process.execPath, ['--expose-gc', program, folder, String(stallMs)]))
    const [, port] = await running.until(/listening (\d+)/)
    const url = `ws://127.0.0.1:${port}/trpc`
    const client = createClient({ url })
    stack.defer(async () => void (await client.close({ timeoutMs: 0 })))
    const execution = await client.startExecution({ workflow_id: 'slow', id: randomUUID() })
    await execution.flush()
    return new MeasuredServer(running, execution, { folder, url, stack: stack.move() })
  }

  /** Starts a follower; resolves when it follows. */
  async follow(name: string): Promise<Running> {
    const args = [join(programs, 'follower.ts'), this.#url, this.#fileOf(name), 'steady', this.execution.id]
    const follower = this.#stack.use(start(process.execPath, args))
    this.#followers.set(name, follower)
    await follower.until(/following/)
    return follower
  }

  /** Reports a log of so many characters; its id says when. */
  say(length: number): void {
    const id = `${this.#submitted.length + 1}@${performance.timeOrigin + performance.now()}`
    this.#submitted.push(id)
    this.execution.log('x'.repeat(length), { id })
  }

  async measure(): Promise<Measurement> {
    this.#measured += 1
    this.process.kill('SIGUSR2')
    const [, json = ''] = await this.process.until(new RegExp(`measured ${this.#measured} (.+)\n`))
    return JSON.parse(json) as Measurement
  }

  /** What a follower has seen so far. */
  sightings(name: string): Sighting[] {
    return readRecords<Sighting>(this.#fileOf(name))
  }

  /** Milliseconds from report to sight, ascending. */
  latencies(name: string): number[] {
    const seen = this.sightings(name).flatMap(({ at_ms: atMs, logs }) => logs.map(([, id]) => ({ atMs, id })))
    const reported = seen.filter(({ id }) => id.includes('@'))
    return reported.map(({ atMs, id }) => atMs - Number(id.slice(id.indexOf('@') + 1))).toSorted((a, b) => a - b)
  }

  /** Completes the execution; the verdict when all these followers have seen the end. Rejects where one fails. */
  async complete(names: readonly string[]): Promise<Verdict> {
    await this.execution.complete()
    for (const name of names) {
      const follower = this.#followers.get(name)
      const exit = await follower?.exited
      if (exit?.code !== 0) throw new Error(`${name} ended with ${exit?.code ?? exit?.signal}: ${follower?.stderr}`)
    }
    return evaluate({
      submitted: new Map([[this.execution.id, this.#submitted]]),
      acknowledged: new Map([[this.execution.id, this.#submitted.length]]),
      stored: readStored(this.#folder),
      followers: new Map(names.map((name) => [name, this.sightings(name)])),
      spans: [],
      attempts: [],
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  #fileOf(name: string): string {
    return join(this.#folder, `${name}.jsonl`)
  }
}
