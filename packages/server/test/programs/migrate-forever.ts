// A child process for tests: opens the database given as argument, converts it to the present version, and then goes on within that transaction until something ends it.

import { sqliteMigrations } from '../../src/store/migrations/sqlite.ts'
import { openDatabase } from '../../src/store/sqlite-database.ts'

const [path = ''] = process.argv.slice(2)
const endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n'
const migrations = [...sqliteMigrations, { id: sqliteMigrations.length + 1, sql: endless }]
openDatabase({ path, newEpoch: () => 'never', busyTimeoutMs: 250, migrations })
