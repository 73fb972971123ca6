// Version 2 of the SQLite database: where each epoch began, and a checksum beside each log.

import type { Migration } from './migration.ts'

/**
 * An epoch's row says what was there already when it began, so what a restored copy has lost shows. `meta` names the present epoch too: every commit
 * writes that page and hardly any the page of `epochs`, so the two disagree where a write-ahead log lies beside a file that is not its own.
 * Logs of version 1 have no checksum; SQLite has none for its pages.
 */
export const epochsAndChecksums: Migration = {
  id: 2,
  sql: `
    CREATE TABLE epochs (
      ordinal INTEGER PRIMARY KEY,
      epoch TEXT NOT NULL UNIQUE,
      after_log INTEGER NOT NULL,
      after_revision INTEGER NOT NULL
    ) STRICT;
    INSERT INTO epochs (epoch, after_log, after_revision) SELECT value, 0, 0 FROM meta WHERE key = 'epoch';

    ALTER TABLE logs ADD COLUMN checksum INTEGER;
  `,
}
