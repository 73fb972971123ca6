// Files of earlier versions for tests, made as those made them: the first migrations, then SQL.

import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { sqliteMigrations } from '../../src/store/migrations/sqlite.ts'
import { APPLICATION_ID } from '../../src/store/sqlite-database.ts'
import { log, range } from './logs.ts'

/** A file as the first `version` migrations leave it, filled by SQL. */
export function fileOf(version: number, database: string, fill: (connection: DatabaseSync) => void): void {
  const connection = new DatabaseSync(database)
  connection.exec('PRAGMA journal_mode = WAL; BEGIN')
  for (const { sql } of sqliteMigrations.slice(0, version)) connection.exec(sql)
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`)
  connection.exec(`INSERT INTO meta (key, value) VALUES ('epoch', 'old')`)
  if (version > 1) connection.exec(`INSERT INTO epochs (epoch, after_log, after_revision) VALUES ('old', 0, 0)`)
  fill(connection)
  connection.exec('COMMIT')
  connection.close()
}

/** An execution with a head, of the oldest columns. */
export function insertExecution(connection: DatabaseSync, id: string, head: number): void {
  connection
    .prepare(
      `INSERT INTO executions (id, workflow_id, tags, status, created_at, head_seq, debug_count, info_count, warning_count, error_count, revision)
       SELECT ?1, 'nightly-import', '[]', 'running', '2026-01-01T00:00:00Z', ?2, 0, ?2, 0, 0, value + 1 FROM meta WHERE key = 'revision'`,
    )
    .run(id, head)
  connection.exec(`UPDATE meta SET value = value + 1 WHERE key = 'revision'`)
}

/** A file of version 2 with executions a and b, which wrote in turn; gives the texts of each. */
export function filledFile(database: string, perExecution: number): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>([
    ['a', []],
    ['b', []],
  ])
  fileOf(2, database, (connection) => {
    const insert = connection.prepare('INSERT INTO logs (execution_id, seq, id, log, checksum) VALUES (?, ?, ?, ?, ?)')
    for (const id of texts.keys()) insertExecution(connection, id, perExecution)
    for (const seq of range(1, perExecution)) {
      for (const [id, lines] of texts) {
        const line = JSON.stringify({ ...log(id, `${id}-${seq}`, { message: `${id} ${seq}` }), seq })
        lines.push(line)
        insert.run(id, seq, `${id}-${seq}`, line, crc32(`${id}:${seq}:${line}`))
      }
    }
  })
  return texts
}
