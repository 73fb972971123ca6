// The real stores for tests: a new, empty one each time, or one on a file, closed with its test.

import { onTestFinished } from 'vitest'
import { MemoryStore } from '../../src/store/memory.ts'
import { SqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from './folder.ts'

/** A store on this file. */
export async function openSqlite(path: string): Promise<SqliteStore> {
  const store = await SqliteStore.open({ path })
  onTestFinished(() => store.close())
  return store
}

/** For `describe.each`: the name of a driver and what opens one. To be called once in a file. */
export function everyStore(): [name: string, open: () => Promise<Store>][] {
  const path = temporaryFolder()
  let databases = 0
  return [
    ['memory', () => Promise.resolve(openMemory())],
    ['SQLite', () => openSqlite(path(`${(databases += 1)}.db`))],
  ]
}

function openMemory(): Store {
  const store = new MemoryStore()
  onTestFinished(() => store.close())
  return store
}
