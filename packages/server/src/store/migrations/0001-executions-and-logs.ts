// Version 1 of the SQLite database. Never edited after a release: what changes is another migration.

import type { Migration } from './migration.ts'

/**
 * Ordinary rowid tables: WITHOUT ROWID keeps whole logs in index pages, where one of more than a quarter of a page spills (1.8 KB logs took
 * twice the space and three times as long). The unique index has the log's id first: ids rise with time, so all executions append to the
 * same few pages of it (twice as fast with many executions at once).
 */
export const executionsAndLogs: Migration = {
  id: 1,
  sql: `
    CREATE TABLE meta (
      key TEXT PRIMARY KEY,
      value ANY NOT NULL
    ) STRICT;

    CREATE TABLE executions (
      ordinal INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      workflow_id TEXT NOT NULL,
      name TEXT,
      tags TEXT NOT NULL,
      status TEXT NOT NULL,
      progress REAL,
      created_at TEXT NOT NULL,
      started_at TEXT,
      completed_at TEXT,
      error_message TEXT,
      head_seq INTEGER NOT NULL,
      debug_count INTEGER NOT NULL,
      info_count INTEGER NOT NULL,
      warning_count INTEGER NOT NULL,
      error_count INTEGER NOT NULL,
      revision INTEGER NOT NULL UNIQUE
    ) STRICT;
    CREATE INDEX executions_by_status ON executions (status, ordinal);
    CREATE INDEX executions_by_workflow ON executions (workflow_id, ordinal);

    CREATE TABLE logs (
      execution_id TEXT NOT NULL REFERENCES executions (id),
      seq INTEGER NOT NULL,
      id TEXT NOT NULL,
      log TEXT NOT NULL,
      PRIMARY KEY (execution_id, seq),
      UNIQUE (id, execution_id)
    ) STRICT;

    INSERT INTO meta (key, value) VALUES ('revision', 0);
  `,
}
