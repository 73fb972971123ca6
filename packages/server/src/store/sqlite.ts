// The store port on one SQLite file: an append is one transaction, synced before it is acknowledged; invariants 1 to 3.

import type { Store } from './store.ts'

/** What {@link SqliteStore.open} needs. */
export interface SqliteStoreOptions {
  /** The database file; it and its folder are made where they are absent. */
  readonly path: string
  /** Makes the epoch of a new database. @default 48 random bits */
  readonly newEpoch?: () => string
  /** How long a call may wait for another process that writes to the same file. @default 250 */
  readonly busyTimeoutMs?: number
}

/** Logs in one SQLite file. */
export class SqliteStore {
  /** @throws RuntailError `store_too_new`, `store_corrupt`, `store_unavailable` */
  static open(options: SqliteStoreOptions): Promise<Store> {
    return Promise.reject(new Error(`not yet ${options.path}`))
  }
}
