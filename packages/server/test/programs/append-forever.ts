// A child process for tests: appends to the database given as argument until something ends it; writes `ack HEAD` after each acknowledged append.

import { RuntailError } from '@runtail/core'
import { writeSync } from 'node:fs'
import { SqliteStore } from '../../src/store/sqlite.ts'
import { created, logs } from '../support/logs.ts'

const [path = ''] = process.argv.slice(2)
const PER_BATCH = 40
const store = await SqliteStore.open({ path })
let { head_seq: head } = await store.create(created('a'))

try {
  for (;;) {
    // Begins with ids that were acknowledged before, as a producer does that lost an answer.
    const sent = logs('a', Math.max(head - 5, 1), head + PER_BATCH)
    const [outcome] = await store.append([{ execution_id: 'a', logs: sent }])
    if (!outcome?.ok) throw new Error('refused')
    head = outcome.result.head
    writeSync(1, `ack ${head}\n`)
  }
} catch (error) {
  writeSync(1, `failed ${error instanceof RuntailError ? `${error.code} ${error.message}` : String(error)}\n`)
  const { head: after } = await store.read('a', { maxLogs: 1, maxBytes: 1 })
  writeSync(1, `head ${after}\n`)
}
