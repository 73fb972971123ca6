// A child process for tests: takes the write lock of the database given as argument, writes `locked`, and holds it until its input ends.

import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const [path = ''] = process.argv.slice(2)
const database = new DatabaseSync(path)
database.exec('BEGIN IMMEDIATE')
writeSync(1, 'locked\n')
process.stdin.resume().on('end', () => {
  database.exec('ROLLBACK')
  database.close()
})
