// A real store with a window: calls are counted, can be delayed and can be made to fail, everything else is the store's own doing.

import type { RuntailError } from '@runtail/core'
import type { Store } from '../../src/store/store.ts'

/** What can be called. */
export type Call = 'knows' | 'create' | 'append' | 'read' | 'get' | 'list' | 'changes' | 'revision'

/** Wraps a store; what it answers is the wrapped store's answer. */
export class ObservedStore implements Store {
  readonly #store: Store
  /** How often each method was called. */
  readonly calls = { knows: 0, create: 0, append: 0, read: 0, get: 0, list: 0, changes: 0, revision: 0 }
  /** Gives the error of a call, or undefined where it may pass. */
  fault: (call: Call) => RuntailError | undefined = () => undefined
  /** Waited for before and after each call of the store: answers may be old when they arrive. */
  delay: () => Promise<void> = () => Promise.resolve()

  constructor(store: Store) {
    this.#store = store
  }

  get epoch(): string {
    return this.#store.epoch
  }

  knows: Store['knows'] = (cursor, id) => this.#call('knows', () => this.#store.knows(cursor, id))
  create: Store['create'] = (execution) => this.#call('create', () => this.#store.create(execution))
  append: Store['append'] = (batches) => this.#call('append', () => this.#store.append(batches))
  read: Store['read'] = (id, range) => this.#call('read', () => this.#store.read(id, range))
  get: Store['get'] = (id) => this.#call('get', () => this.#store.get(id))
  list: Store['list'] = (query) => this.#call('list', () => this.#store.list(query))
  changes: Store['changes'] = (after, limit) => this.#call('changes', () => this.#store.changes(after, limit))
  revision: Store['revision'] = () => this.#call('revision', () => this.#store.revision())
  close: Store['close'] = () => this.#store.close()

  async #call<Answer>(name: Call, call: () => Promise<Answer>): Promise<Answer> {
    this.calls[name] += 1
    await this.delay()
    const fault = this.fault(name)
    if (fault) throw fault
    const answer = await call()
    await this.delay()
    return answer
  }
}
