// A path enters, an open database of the present version leaves, or a clear reason why the file there cannot be used.

import { RuntailError } from '@runtail/core'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Migration } from './migrations/migration.ts'
import { epochsAndChecksums } from './migrations/0002-epochs-and-checksums.ts'
import { sqliteMigrations } from './migrations/sqlite.ts'
import { assertOwnLog, beginEpoch } from './sqlite-epochs.ts'
import { folderError, sqliteError } from './sqlite-errors.ts'

/** "RTLG": marks the file as ours, so that another program's database is never written to. */
export const APPLICATION_ID = 0x52544c47

/** While opening nobody is served yet, so another process that migrates may be waited for. */
const OPENING_TIMEOUT_MS = 5000

/** What {@link openDatabase} needs. */
export interface DatabaseOptions {
  readonly path: string
  readonly newEpoch: () => string
  readonly busyTimeoutMs: number
  /** @default every migration of this version */
  readonly migrations?: readonly Migration[]
}

/** Opens, checks, migrates, begins an epoch. @throws RuntailError `store_too_new`, `store_corrupt`, `store_unavailable` */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  const { path, busyTimeoutMs, migrations = sqliteMigrations } = options
  makeFolder(dirname(path))
  const database = new DatabaseSync(path, { open: false, timeout: OPENING_TIMEOUT_MS })
  try {
    admit(path, migrations)
    database.open()
    configure(database, path)
    transaction(database, () => {
      migrate(database, migrations)
      beginEpoch(database, options.newEpoch())
    })
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    // The epoch's row goes to the file itself, and is not in the write-ahead log that follows.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return database
  } catch (error) {
    if (database.isOpen) database.close()
    throw sqliteError(error, path)
  }
}

/** Runs `work` as one transaction: all of it or, where anything throws, nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // After some failures (a full disk) SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Folder by folder: told to do it in one call, Node tries for ever where a file system (as /proc) takes no folders. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw folderError(error, folder)
  }
}

/** On a connection that cannot write: a file that is refused stays as it was, and so does what lies beside it. */
function admit(path: string, migrations: readonly Migration[]): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return
  // SQLite itself would speak of a broken disk.
  if (found.isDirectory()) {
    throw new RuntailError('store_unavailable', {
      message: `Database ${path} is a folder. Move it away, or choose another data path.`,
      data: { path },
    })
  }
  const database = new DatabaseSync(path, { readOnly: true, timeout: OPENING_TIMEOUT_MS })
  try {
    assertOurs(database, path, migrations)
  } finally {
    database.close()
  }
}

function assertOurs(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  const tables = numberOf(database, 'SELECT count(*) AS value FROM sqlite_schema')
  const application = numberOf(database, 'SELECT application_id AS value FROM pragma_application_id')
  if (tables === 0 && application === 0) return
  if (application !== APPLICATION_ID) {
    throw new RuntailError('store_corrupt', {
      message: `Database ${path} belongs to another program. Point the data path elsewhere.`,
      data: { path, application_id: application },
    })
  }
  const version = versionOf(database)
  const newest = migrations.length
  if (version > newest) {
    throw new RuntailError('store_too_new', {
      message: `Database ${path} has version ${version}, this Runtail knows versions up to ${newest}. Update Runtail, or choose another data path.`,
      data: { path, version, newest_known: newest },
    })
  }
  if (version >= epochsAndChecksums.id) assertOwnLog(database, path)
}

/** The page size holds for new files only; 8 KiB pages wrote and read about a fifth faster than the default 4 KiB. */
function configure(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA page_size = 8192')
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode !== 'wal') {
    throw new RuntailError('store_unavailable', {
      message: `Database ${path} cannot use a write-ahead log (its mode is ${String(mode)}). Choose a data path on a local disk.`,
      data: { path },
    })
  }
  // FULL syncs at every commit: what is acknowledged survives a power cut.
  database.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF')
}

/** Within a transaction: another process may have migrated since the check. */
function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  const version = versionOf(database)
  for (const migration of migrations) {
    if (migration.id > version) database.exec(`${migration.sql}; PRAGMA user_version = ${migration.id}`)
  }
  if (version === 0) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
}

function versionOf(database: DatabaseSync): number {
  return numberOf(database, 'SELECT user_version AS value FROM pragma_user_version')
}

function numberOf(database: DatabaseSync, sql: string): number {
  return Number(database.prepare(sql).get()?.['value'])
}
