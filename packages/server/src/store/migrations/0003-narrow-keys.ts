// Version 3 of the SQLite database: what a log costs no longer depends on how many executions write at the same time.

import type { Migration } from './migration.ts'

/** Ordinals of logs divided by this are a chunk. */
export const LOGS_PER_CHUNK = 4096

/**
 * Logs lie in the order of their commits, by an ordinal that is never given twice, with numbers for keys instead of texts. Those of one append lie side
 * by side and are one row of `runs`: no log has an entry of its own but that of its id. Runs are kept by the chunk of their first log, so all executions
 * write to the same few pages, where by execution each had a page at the end of its own (a quarter of the speed with 100 executions and a log each);
 * `spans` says in which chunks an execution has runs. `logs` is for whoever reads with plain SQL. A run has no holes: in a file that was dumped and loaded,
 * logs of others may lie where some were removed.
 */
export const narrowKeys: Migration = {
  id: 3,
  sql: `
    CREATE TABLE log_rows (
      ordinal INTEGER PRIMARY KEY,
      execution INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      id TEXT NOT NULL,
      log TEXT NOT NULL,
      checksum INTEGER,
      UNIQUE (id, execution)
    ) STRICT;

    CREATE TABLE runs (
      chunk INTEGER NOT NULL,
      execution INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      first_log INTEGER NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (chunk, execution, first_seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE spans (
      execution INTEGER NOT NULL REFERENCES executions (ordinal),
      first_seq INTEGER NOT NULL,
      chunk INTEGER NOT NULL,
      PRIMARY KEY (execution, first_seq)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO log_rows (ordinal, execution, seq, id, log, checksum)
      SELECT logs.rowid, executions.ordinal, logs.seq, logs.id, logs.log, logs.checksum
      FROM logs JOIN executions ON executions.id = logs.execution_id ORDER BY logs.rowid;
    INSERT INTO runs (chunk, execution, first_seq, first_log, count)
      SELECT min(ordinal) / ${LOGS_PER_CHUNK}, execution, min(seq), min(ordinal), count(*)
      FROM (SELECT *, row_number() OVER (PARTITION BY execution ORDER BY seq) AS place FROM log_rows)
      GROUP BY execution, ordinal - seq, seq - place;
    INSERT INTO spans (execution, first_seq, chunk)
      SELECT execution, min(first_seq), chunk FROM runs GROUP BY execution, chunk;
    INSERT INTO meta (key, value) SELECT 'last_log', coalesce(max(ordinal), 0) FROM log_rows;
    DROP TABLE logs;

    CREATE VIEW logs (execution_id, seq, id, log, checksum) AS
      SELECT executions.id, log_rows.seq, log_rows.id, log_rows.log, log_rows.checksum
      FROM executions
      JOIN spans ON spans.execution = executions.ordinal
      JOIN runs ON runs.chunk = spans.chunk AND runs.execution = spans.execution
      JOIN log_rows ON log_rows.ordinal >= runs.first_log AND log_rows.ordinal < runs.first_log + runs.count;
  `,
}
