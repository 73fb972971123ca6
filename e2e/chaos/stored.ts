// A data folder enters, the logs in its database leave: asked without the server, so that nothing vouches for itself.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LogAt } from './records.ts'

/** What is stored, by execution, by seq. */
export function readStored(folder: string): Map<string, LogAt[]> {
  using database = new DatabaseSync(join(folder, 'runtail.db'), { readOnly: true })
  const rows = database.prepare('SELECT execution_id, seq, id FROM logs ORDER BY execution_id, seq').all()
  const byExecution = Map.groupBy(rows, (row) => String(row['execution_id']))
  return new Map(
    [...byExecution].map(([executionId, logs]) => [
      executionId,
      logs.map((row) => [Number(row['seq']), String(row['id'])]),
    ]),
  )
}
