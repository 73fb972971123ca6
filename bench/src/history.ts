// Executions with how many logs each has enter, a server on a database that holds them leaves; made once for all contestants of a case, gone with the last.

import { join } from 'node:path'
import { makeLogs } from './lines.ts'
import { SqliteStore } from './parts.ts'
import { Program } from './process.ts'
import { tempFolder } from './temp.ts'

/** How many logs each execution has, by its id. */
export type Histories = Readonly<Record<string, number>>

const LOGS_PER_COMMIT = 5000

/** Fills a database with logs, as appends do. */
export async function writeHistories(folder: string, histories: Histories): Promise<void> {
  const store = await SqliteStore.open({ path: join(folder, 'runtail.db') })
  for (const [id, count] of Object.entries(histories)) {
    await store.create({ id, workflow_id: 'bench', tags: [], created_at: new Date().toISOString() })
    for (let from = 0; from < count; from += LOGS_PER_COMMIT) {
      const logs = makeLogs(id, Math.min(LOGS_PER_COMMIT, count - from), { from })
      await store.append([{ execution_id: id, logs }])
    }
  }
  await store.close()
}

/** What contestants of a case share; made with the first `take`, gone when as many have given back. */
export class Shared<Value> {
  readonly #make: (stack: AsyncDisposableStack) => Promise<Value>
  #stack = new AsyncDisposableStack()
  #value: Promise<Value> | undefined
  #taken = 0

  constructor(make: (stack: AsyncDisposableStack) => Promise<Value>) {
    this.#make = make
  }

  take(): Promise<Value> {
    this.#taken += 1
    this.#value ??= this.#make(this.#stack)
    return this.#value
  }

  async giveBack(): Promise<void> {
    this.#taken -= 1
    if (this.#taken > 0) return
    this.#value = undefined
    const stack = this.#stack
    this.#stack = new AsyncDisposableStack()
    await stack.disposeAsync()
  }
}

/** A server as users run it, on such a database. */
export interface HistoryServer {
  readonly program: Program
  readonly url: string
  readonly folder: string
}

/** Fills a database in a new folder, and serves it. */
export async function startHistoryServer(stack: AsyncDisposableStack, histories: Histories): Promise<HistoryServer> {
  const folder = stack.use(tempFolder()).path
  await writeHistories(folder, histories)
  const program = stack.use(await Program.start('runtail-server', { args: [folder], nodeArgs: ['--expose-gc'] }))
  return { program, url: await program.ask<string>('listen'), folder }
}
