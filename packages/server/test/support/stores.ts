// The real stores for tests of what stands before them: a new, empty one each time, closed with its test.

import { onTestFinished } from 'vitest'
import { MemoryStore } from '../../src/store/memory.ts'
import { SqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from './folder.ts'

/** For `describe.each`: the name of a driver and what opens one. To be called once in a file. */
export function everyStore(): [name: string, open: () => Promise<Store>][] {
  const path = temporaryFolder()
  let databases = 0
  const closing = async (opened: Promise<Store>): Promise<Store> => {
    const store = await opened
    onTestFinished(() => store.close())
    return store
  }
  return [
    ['memory', () => closing(Promise.resolve(new MemoryStore()))],
    ['SQLite', () => closing(SqliteStore.open({ path: path(`${(databases += 1)}.db`) }))],
  ]
}
