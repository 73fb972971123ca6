// A child process for tests: opens the database given as argument as somebody without privileges, appends once, writes what became of it.

import { RuntailError } from '@runtail/core'
import { writeSync } from 'node:fs'
import { SqliteStore } from '../../src/store/sqlite.ts'
import { created, logs } from '../support/logs.ts'

const [path = ''] = process.argv.slice(2)
// To root, permissions mean nothing. After the imports, whose files nobody else may be able to read.
if (process.getuid?.() === 0) process.setuid?.(65_534)
try {
  const store = await SqliteStore.open({ path })
  await store.create(created('a'))
  await store.append([{ execution_id: 'a', logs: logs('a', 1, 1) }])
  await store.close()
  writeSync(1, 'stored\n')
} catch (error) {
  writeSync(1, `${error instanceof RuntailError ? `${error.code} ${error.message}` : String(error)}\n`)
}
