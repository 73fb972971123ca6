// A child process for tests: a store whose disk fails to read, then fails to write, then works again. Its files are changed for others under their descriptors,
// which only a process of its own may do; writes what each call says, a line each.

import { toRuntailError } from '@runtail/core'
import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { SqliteStore } from '../../src/store/sqlite.ts'
import { created, logs } from '../support/logs.ts'

const [path = ''] = process.argv.slice(2)
const first = await SqliteStore.open({ path })
await first.create(created('a'))
await first.append([{ execution_id: 'a', logs: logs('a', 1, 2000) }])
await first.close()
const store = await SqliteStore.open({ path })

/** Puts another file where SQLite has the file open; gives what puts it back. */
function replace(file: string, by: string, flags: string): () => void {
  const descriptor = readdirSync('/proc/self/fd').find((name) => linkOf(name) === file)
  const set = (target: string, how: string): void => {
    closeSync(Number(descriptor))
    if (openSync(target, how) !== Number(descriptor)) throw new Error('another descriptor was free')
  }
  set(by, flags)
  return () => set(file, 'r+')
}

function linkOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return undefined
  }
}

async function say(what: string, call: () => Promise<unknown>): Promise<void> {
  const answer = await call().then(
    () => 'well',
    (error: unknown) => `${toRuntailError(error).code} ${toRuntailError(error).message}`,
  )
  console.log(`${what}: ${answer}`)
}

const read = () => store.read('a', { after: 1000, maxLogs: 100, maxBytes: 1e6 })
const append = (from: number, to: number) => () => store.append([{ execution_id: 'a', logs: logs('a', from, to) }])

const mendFile = replace(path, '/dev/null', 'w')
await say('read', read)
await say('get', () => store.get('a'))
await say('list', () => store.list({ limit: 1 }))
await say('append', append(2001, 2003))
mendFile()
await say('read', read)
await say('append', append(2001, 2003))
const mendLog = replace(`${path}-wal`, '/dev/full', 'w')
await say('append', append(2004, 2005))
mendLog()
await say('append', append(2004, 2006))
await store.close()
