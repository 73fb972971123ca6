// Calls of one node enter, answers of the shared disk leave: late, not at all because the node is dead by then, or as a failure that can pass.

import { RuntailError } from '@runtail/core'
import type { Disk } from './disk.ts'
import type { AppendOutcome, Store } from './parts.ts'
import type { Random } from './random.ts'

/** How the store is at the moment; the faults change it. */
export interface StoreHealth {
  /** Probability that a call fails. */
  away: number
  slow: boolean
  /** Probability that a commit is reported as a failure, as when a database is lost while it answers. */
  answerLost: number
  /** Probabilities that a node dies around a commit. */
  crashBefore: number
  crashAfter: number
}

/** What a node gives its store. */
export interface NodeStoreOptions {
  readonly disk: Disk
  readonly random: Random
  readonly health: StoreHealth
  readonly callMs: number
  readonly logsPerRead: number
  /** Probability that an append does not give back what it committed. */
  readonly withoutBlock: number
  /** Resolves after the time, and never once the node is dead. */
  readonly sleep: (ms: number) => Promise<void>
  readonly crash: (when: string) => void
}

/** The store as one node sees it. */
export class NodeStore implements Store {
  readonly #options: NodeStoreOptions
  #epoch: Disk['epoch']

  constructor(options: NodeStoreOptions) {
    this.#options = options
    options.disk.open()
    this.#epoch = options.disk.epoch
  }

  /** The newest one of all answers. */
  get epoch(): string {
    return this.#epoch.name
  }

  knows: Store['knows'] = (cursor, id) => this.#call(async () => this.#options.disk.knows(cursor, id))

  create: Store['create'] = (created) => this.#write(() => this.#options.disk.create(created))

  append: Store['append'] = async (batches) => {
    const outcomes = await this.#write(() => this.#options.disk.append(batches))
    return outcomes.map((outcome) => (this.#givesBlock() ? outcome : withoutBlock(outcome)))
  }

  read: Store['read'] = (id, range) => {
    const maxLogs = Math.min(range.maxLogs, this.#options.logsPerRead)
    return this.#call((store) => store.read(id, { ...range, maxLogs }))
  }

  get: Store['get'] = (id) => this.#call((store) => store.get(id))

  list: Store['list'] = (query) => this.#call((store) => store.list(query))

  changes: Store['changes'] = (after, limit) => this.#call((store) => store.changes(after, limit))

  revision: Store['revision'] = () => this.#call((store) => store.revision())

  close: Store['close'] = () => Promise.resolve()

  async #write<Answer>(commit: () => Promise<Answer>): Promise<Answer> {
    const { health, random, crash } = this.#options
    await this.#travel()
    if (random.chance(health.crashBefore)) {
      crash('before a commit')
      await this.#pass()
    }
    const answer = await commit()
    const { epoch } = this.#options.disk
    if (random.chance(health.crashAfter)) {
      crash('after a commit, before its acknowledgement')
      await this.#pass()
    }
    await this.#pass()
    this.#learn(epoch)
    if (random.chance(health.answerLost)) throw unavailable()
    return answer
  }

  async #call<Answer>(ask: (store: Store) => Promise<Answer>): Promise<Answer> {
    await this.#travel()
    const answer = await ask(this.#options.disk.store)
    const { epoch } = this.#options.disk
    await this.#travel()
    this.#learn(epoch)
    return answer
  }

  #givesBlock(): boolean {
    const { random, withoutBlock: probability } = this.#options
    return probability < 1 && !random.chance(probability)
  }

  /** Answers may overtake each other. */
  #learn(epoch: Disk['epoch']): void {
    if (epoch.age > this.#epoch.age) this.#epoch = epoch
  }

  /** To the database, which may be away. */
  async #travel(): Promise<void> {
    await this.#pass()
    if (this.#options.random.chance(this.#options.health.away)) throw unavailable()
  }

  #pass(): Promise<void> {
    const { health, random, callMs, sleep } = this.#options
    return sleep(callMs * random.between(0.2, 1) * (health.slow ? 20 : 1))
  }
}

function withoutBlock(outcome: AppendOutcome): AppendOutcome {
  return outcome.ok ? { ok: true, result: outcome.result } : outcome
}

function unavailable(): RuntailError {
  return new RuntailError('store_unavailable', { message: 'The simulated store is away.' })
}
