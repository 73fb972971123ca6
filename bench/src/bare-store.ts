// Logs enter, committed rows with seqs leave: what `node:sqlite` does by itself with the same rows and the same durability as our store, in the table that anybody would write.

import type { NewExecutionLog } from '@runtail/core'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { storedText } from './lines.ts'

/** The least that a durable log needs: no fold, no checksum, no check for repeats but the unique index. */
export class BareStore {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #heads = new Map<string, number>()

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#database.exec(`
      PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;
      CREATE TABLE IF NOT EXISTS logs (
        execution_id TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, log TEXT NOT NULL,
        PRIMARY KEY (execution_id, seq), UNIQUE (id, execution_id)
      ) STRICT`)
    this.#insert = this.#database.prepare('INSERT INTO logs (execution_id, seq, id, log) VALUES (?, ?, ?, ?)')
  }

  /** The seq of the newest log. */
  head(executionId: string): number {
    return this.#heads.get(executionId) ?? 0
  }

  /** One transaction; gives the texts that it stored. */
  append(executionId: string, logs: readonly NewExecutionLog[]): string[] {
    let seq = this.head(executionId)
    this.#database.exec('BEGIN IMMEDIATE')
    const texts = logs.map((log) => {
      seq += 1
      const text = storedText(log, seq)
      this.#insert.run(executionId, seq, log.id, text)
      return text
    })
    this.#database.exec('COMMIT')
    this.#heads.set(executionId, seq)
    return texts
  }

  close(): void {
    this.#database.close()
  }
}
