// Commits enter and outlive every node; what they made, or an older state of it, leaves: a real memory store that can be opened again and restored from a backup.

import type { Cursor } from '@runtail/core'
import type { StoredExecution, StoreHistory } from './history.ts'
import { MemoryStore, type Store } from './parts.ts'

type Create = Parameters<Store['create']>[0]
type Append = Parameters<Store['append']>[0]
type Operation = { readonly create: Create } | { readonly append: Append } | { readonly open: string }

/** What was there when an epoch began. */
interface Beginning {
  readonly epoch: string
  readonly logs: number
  readonly revision: number
}

/** What is durable. */
export class Disk {
  #store = new MemoryStore()
  #operations: Operation[] = []
  #epochs: Beginning[] = []
  /** The position of each log of an execution among all logs, in the order of their commits. */
  #commits = new Map<string, number[]>()
  #logs = 0
  #revision = 0
  #openings = 0
  #begun: string[] = []
  readonly #past: StoreHistory[] = []

  get store(): Store {
    return this.#store
  }

  /** The newest epoch, and how many came before it. */
  get epoch(): { readonly name: string; readonly age: number } {
    return { name: this.#epochs.at(-1)?.epoch ?? '', age: this.#openings }
  }

  /** How much of each execution there is. */
  get heads(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#commits, ([id, commits]) => [id, commits.length]))
  }

  /** The epochs that its openings began since it was made or restored. */
  get begun(): readonly string[] {
    return this.#begun
  }

  /** Which store this is: 0 before the first restore. */
  get generation(): number {
    return this.#past.length
  }

  /** A node begins to use it. */
  open(): void {
    this.#openings += 1
    const epoch = `e${this.#openings}`
    this.#begin(epoch)
    this.#begun.push(epoch)
  }

  async create(created: Create): ReturnType<Store['create']> {
    const execution = await this.#store.create(created)
    this.#operations.push({ create: created })
    if (!this.#commits.has(created.id)) {
      this.#commits.set(created.id, [])
      this.#revision += 1
    }
    return execution
  }

  async append(batches: Append): ReturnType<Store['append']> {
    const outcomes = await this.#store.append(batches)
    this.#operations.push({ append: batches })
    batches.forEach((batch, index) => {
      const outcome = outcomes[index]
      if (!outcome?.ok || outcome.result.accepted === 0) return
      this.#revision += 1
      for (let count = outcome.result.accepted; count > 0; count -= 1) {
        this.#logs += 1
        this.#commits.get(batch.execution_id)?.push(this.#logs)
      }
    })
    return outcomes
  }

  /** Whether all up to the cursor was there before the epoch after its own began. */
  knows({ epoch, seq }: Cursor, executionId?: string): boolean {
    const index = this.#epochs.findIndex((one) => one.epoch === epoch)
    const end = this.#epochs[index + 1]
    if (index < 0) return false
    if (executionId === undefined) return seq <= (end?.revision ?? this.#revision)
    if (seq === 0) return true
    const commit = this.#commits.get(executionId)?.[seq - 1]
    return commit !== undefined && commit <= (end?.logs ?? Infinity)
  }

  /** Goes back to what a backup after a part of all commits held. Nobody may use the disk. */
  async restore(part: number): Promise<void> {
    this.#past.push(await this.history())
    const kept = this.#operations.slice(0, Math.floor(this.#operations.length * part))
    this.#store = new MemoryStore()
    this.#operations = []
    this.#epochs = []
    this.#begun = []
    this.#commits = new Map()
    this.#logs = this.#revision = 0
    for (const operation of kept) {
      if ('open' in operation) this.#begin(operation.open)
      else if ('create' in operation) await this.create(operation.create)
      else await this.append(operation.append)
    }
  }

  /** Every store there was. */
  async histories(): Promise<readonly StoreHistory[]> {
    return [...this.#past, await this.history()]
  }

  /** What is there now. */
  async history(): Promise<StoreHistory> {
    const executions: StoredExecution[] = []
    for (const id of this.#commits.keys()) {
      const execution = await this.#store.get(id)
      const { block } = await this.#store.read(id, { maxLogs: 1e6, maxBytes: 1e9 })
      if (execution) executions.push({ execution, lines: block.lines })
    }
    return { epochs: [...this.#begun], executions }
  }

  #begin(epoch: string): void {
    this.#operations.push({ open: epoch })
    this.#epochs.push({ epoch, logs: this.#logs, revision: this.#revision })
  }
}
