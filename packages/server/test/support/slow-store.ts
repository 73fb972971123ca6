// A real store in memory whose appends or reads wait at a gate that the test opens, as those of a busy disk do.

import type { AppendBatch, AppendOutcome } from '../../src/store/store.ts'
import { MemoryStore } from '../../src/store/memory.ts'

/** Appends wait for {@link GatedStore.open}. */
export class GatedStore extends MemoryStore {
  readonly #gate = Promise.withResolvers<void>()
  readonly #reached = Promise.withResolvers<void>()

  /** Resolves when the first append waits. */
  get reached(): Promise<void> {
    return this.#reached.promise
  }

  open(): void {
    this.#gate.resolve()
  }

  override async append(batches: readonly AppendBatch[]): Promise<readonly AppendOutcome[]> {
    this.#reached.resolve()
    await this.#gate.promise
    return await super.append(batches)
  }
}
