// Openings of a database enter as epochs, cursors of any of them enter, whether their positions still stand leaves: how a restored copy is told from the original.

import { RuntailError, type Cursor } from '@runtail/core'
import type { DatabaseSync } from 'node:sqlite'
import { IN_ORDER, LOGS_AFTER } from './sqlite-statements.ts'

/**
 * Begins an epoch, within a transaction. A copy of the file takes the epochs before it along, but begins others than the original does from then on, so
 * nothing that only one of the two has given out is taken for the other's.
 */
export function beginEpoch(database: DatabaseSync, epoch: string): void {
  // Ordinals of logs rise in the order of their commits.
  database
    .prepare(
      `INSERT INTO epochs (epoch, after_log, after_revision)
       SELECT ?, (SELECT value FROM meta WHERE key = 'last_log'), (SELECT value FROM meta WHERE key = 'revision')`,
    )
    .run(epoch)
  database.prepare(`INSERT OR REPLACE INTO meta (key, value) VALUES ('epoch', ?)`).run(epoch)
}

/** Reads only. @throws RuntailError `store_corrupt` where a write-ahead log of another copy of the database lies beside the file */
export function assertOwnLog(database: DatabaseSync, path: string): void {
  const row = database
    .prepare(
      `SELECT (SELECT value FROM meta WHERE key = 'epoch') AS written,
              (SELECT epoch FROM epochs ORDER BY ordinal DESC LIMIT 1) AS begun`,
    )
    .get()
  if (row?.['written'] === row?.['begun']) return
  throw new RuntailError('store_corrupt', {
    message: `Database ${path}: a -wal file lies beside it that is not its own. After restoring a backup remove the -wal and -shm files; otherwise put the file back that they belong to.`,
    data: { path },
  })
}

/** Judges cursors. */
export class Epochs {
  readonly #statements: ReturnType<typeof prepare>

  /** The table must exist. */
  constructor(database: DatabaseSync) {
    this.#statements = prepare(database)
  }

  /** The newest one, which another process may have begun. Asked for after a read, it is none that began after what was read. */
  present(): string {
    return String(this.#statements.present.get()?.['epoch'])
  }

  /** Whether all up to the cursor was there before the epoch after its own began. */
  knows({ epoch, seq }: Cursor, executionId?: string): boolean {
    const { ended, firstAfter, revision } = this.#statements
    const end = ended.get(epoch)
    if (!end) return false
    if (executionId === undefined) return seq <= Number(end['revision'] ?? revision.get()?.['value'])
    if (seq === 0) return true
    const log = firstAfter.get(executionId, seq - 1)?.['log']
    return log !== undefined && Number(log) <= Number(end['log'] ?? Number.MAX_SAFE_INTEGER)
  }
}

function prepare(database: DatabaseSync) {
  return {
    present: database.prepare('SELECT epoch FROM epochs ORDER BY ordinal DESC LIMIT 1'),
    /** One row where the epoch is known; its values are null while it lasts. */
    ended: database.prepare(`
      SELECT next.after_log AS log, next.after_revision AS revision
      FROM epochs AS known LEFT JOIN epochs AS next ON next.ordinal = known.ordinal + 1
      WHERE known.epoch = ?`),
    /** The log after a seq or, where that was removed, the next one: what was before it was there before it. */
    firstAfter: database.prepare(`SELECT log_rows.ordinal AS log ${LOGS_AFTER} ${IN_ORDER} LIMIT 1`),
    revision: database.prepare(`SELECT value FROM meta WHERE key = 'revision'`),
  }
}
