// Version 3 of the SQLite database: what a log costs no longer depends on how many executions write at the same time.

import type { Migration } from './migration.ts'

/** As the column `chunk` says it. */
export const LOGS_PER_CHUNK = 4096

/**
 * Logs lie in the order of their commits, under numbers instead of texts (two thirds of the bytes of a row with its keys), and their index is by
 * `chunk` of 4,096 of them first: all executions write to the same few pages of it, where an index by execution has a page at the end of each (100
 * executions with a log each in a commit: a quarter of the time). `spans` says in which chunks an execution has logs; within one it has one span, since
 * chunks rise with seqs. `logs` is for whoever reads with plain SQL.
 */
export const narrowKeys: Migration = {
  id: 3,
  sql: `
    CREATE TABLE log_rows (
      ordinal INTEGER PRIMARY KEY,
      chunk INTEGER NOT NULL GENERATED ALWAYS AS (ordinal / ${LOGS_PER_CHUNK}) VIRTUAL,
      execution INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      id TEXT NOT NULL,
      log TEXT NOT NULL,
      checksum INTEGER,
      UNIQUE (chunk, execution, seq),
      UNIQUE (id, execution)
    ) STRICT;

    CREATE TABLE spans (
      execution INTEGER NOT NULL REFERENCES executions (ordinal),
      first_seq INTEGER NOT NULL,
      chunk INTEGER NOT NULL,
      PRIMARY KEY (execution, first_seq)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO log_rows (ordinal, execution, seq, id, log, checksum)
      SELECT logs.rowid, executions.ordinal, logs.seq, logs.id, logs.log, logs.checksum
      FROM logs JOIN executions ON executions.id = logs.execution_id ORDER BY logs.rowid;
    INSERT INTO spans (execution, first_seq, chunk)
      SELECT execution, min(seq), chunk FROM log_rows GROUP BY chunk, execution;
    DROP TABLE logs;

    CREATE VIEW logs (execution_id, seq, id, log, checksum) AS
      SELECT executions.id, log_rows.seq, log_rows.id, log_rows.log, log_rows.checksum
      FROM executions
      JOIN spans ON spans.execution = executions.ordinal
      JOIN log_rows ON log_rows.chunk = spans.chunk AND log_rows.execution = spans.execution;
  `,
}
