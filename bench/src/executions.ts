// A folder with a database of the server's enters, so many more executions stand in it: copies of one, in one transaction, since making each by itself takes a commit.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Copies the first execution of the database. */
export function copyExecution(folder: string, copies: number): void {
  const database = new DatabaseSync(join(folder, 'runtail.db'))
  try {
    const columns = database
      .prepare(`SELECT name FROM pragma_table_info('executions')`)
      .all()
      .map(({ name }) => String(name))
    const values = columns.map((name) => {
      if (name === 'ordinal' || name === 'revision') return `(SELECT max(${name}) FROM executions) + number.value`
      return name === 'id' ? `id || '-' || number.value` : name
    })
    database.exec('BEGIN IMMEDIATE')
    database
      .prepare(
        `WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ?)
         INSERT INTO executions (${columns.join(', ')}) SELECT ${values.join(', ')}
         FROM number, (SELECT * FROM executions ORDER BY ordinal LIMIT 1)`,
      )
      .run(copies)
    database.exec(`UPDATE meta SET value = (SELECT max(revision) FROM executions) WHERE key = 'revision'`)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}
