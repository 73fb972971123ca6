// Restored copies of SQLite files: which cursors of the original they still know, and which write-ahead log is not theirs.

import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import type { Cursor } from '@runtail/core'
import fc from 'fast-check'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, logs, parsed } from './support/logs.ts'
import { openSqlite as open } from './support/stores.ts'

const path = temporaryFolder()

/** Runs `work` in an epoch of its own. */
async function during<Answer>(database: string, work: (store: SqliteStore) => Promise<Answer>): Promise<Answer> {
  const store = await SqliteStore.open({ path: database })
  const answer = await work(store)
  await store.close()
  return answer
}

/** Appends logs; the cursor after the last one. */
async function grow(store: SqliteStore, prefix: string, count: number, id = 'a'): Promise<Cursor> {
  await store.create(created(id))
  const [outcome] = await store.append([{ execution_id: id, logs: logs(id, 1, count, prefix) }])
  if (!outcome?.ok) throw new Error('refused')
  return { epoch: store.epoch, seq: outcome.result.head }
}

async function listed(store: SqliteStore): Promise<Cursor> {
  const { revision } = await store.list({ limit: 1 })
  return { epoch: store.epoch, seq: revision }
}

describe('after an ordinary restart', () => {
  test('every position that was given out is known, of the last epoch and of those before', async () => {
    const database = path('restarted.db')
    const cursors: Cursor[] = []
    const lists: Cursor[] = []
    for (const prefix of ['x', 'y', 'z']) {
      await during(database, async (store) => {
        cursors.push(await grow(store, prefix, 3))
        lists.push(await listed(store))
      })
    }
    const store = await open(database)
    expect(new Set([...cursors.map(({ epoch }) => epoch), store.epoch]).size).toBe(4)
    for (const cursor of cursors) expect(await store.knows(cursor, 'a')).toBe(true)
    for (const cursor of lists) expect(await store.knows(cursor)).toBe(true)
    // Nobody can have seen what came later under an earlier epoch.
    expect(await store.knows({ epoch: cursors[0]?.epoch ?? '', seq: 4 }, 'a')).toBe(false)
  })

  test('also where two processes have the file open, whoever wrote and whoever gave out', async () => {
    const first = await SqliteStore.open({ path: path('shared.db') })
    await grow(first, 'x', 2)
    const second = await open(path('shared.db'))
    const byFirst = await grow(first, 'y', 2)
    const bySecond = await grow(second, 'z', 2)
    const lists = [await listed(first), await listed(second)]
    await first.close()
    const third = await open(path('shared.db'))
    for (const store of [second, third]) {
      for (const cursor of [byFirst, bySecond]) expect(await store.knows(cursor, 'a')).toBe(true)
      for (const cursor of lists) expect(await store.knows(cursor)).toBe(true)
    }
  })

  test('also where the first logs of an execution were removed since', async () => {
    const cursor = await during(path('retained.db'), async (store) => {
      const before = await grow(store, 'x', 5)
      await grow(store, 'y', 5)
      return before
    })
    const store = await open(path('retained.db'))
    const connection = new DatabaseSync(path('retained.db'))
    connection.exec('DELETE FROM log_rows WHERE seq <= 7')
    connection.close()
    expect(await store.knows(cursor, 'a')).toBe(true)
    expect(await store.knows({ ...cursor, seq: 11 }, 'a')).toBe(false)
  })
})

describe('a restored copy', () => {
  test.each([
    ['with fewer logs', 0],
    ['with as many other logs', 4],
    ['with more other logs than were seen', 9],
  ])('%s knows what is older than the copy, and nothing that it lost', async (_what, others) => {
    const database = path(`restored-${others}.db`)
    const copy = `${database}.copy`
    const shared = await during(database, (store) => grow(store, 'x', 3))
    copyFileSync(database, copy)
    const [lost, lostList] = await during(database, async (store) => [await grow(store, 'y', 4), await listed(store)])
    copyFileSync(copy, database)
    const [again, list] = await during(database, async (store) => [await grow(store, 'z', others), await listed(store)])
    const store = await open(database)
    expect(await store.knows(shared, 'a')).toBe(true)
    expect(await store.knows(lost, 'a')).toBe(false)
    // An epoch that only the original had is worth nothing, even where its logs are those of the copy.
    expect(await store.knows({ ...lost, seq: 3 }, 'a')).toBe(false)
    expect(await store.knows(lostList)).toBe(false)
    expect(await store.knows(again, 'a')).toBe(true)
    expect(await store.knows(list)).toBe(true)
  })

  test('made while the store was open divides that epoch at the right log', async () => {
    const database = path('live.db')
    const copy = path('live-copy.db')
    const original = await SqliteStore.open({ path: database })
    const kept = await grow(original, 'x', 3)
    const keptList = await listed(original)
    const connection = new DatabaseSync(database)
    connection.exec(`VACUUM INTO '${copy}'`)
    connection.close()
    const lost = await grow(original, 'y', 2)
    const lostList = await listed(original)
    await original.close()
    await during(copy, (store) => grow(store, 'z', 7))
    const store = await open(copy)
    expect(await store.knows(kept, 'a')).toBe(true)
    expect(await store.knows(keptList)).toBe(true)
    expect(await store.knows(lost, 'a')).toBe(false)
    expect(await store.knows({ ...lost, seq: 4 }, 'a')).toBe(false)
    expect(await store.knows(lostList)).toBe(false)
  })

  test('exactly what it holds of what was given out, whatever was copied and restored when', async () => {
    let runs = 0
    const step = fc.constantFrom('grow', 'restart', 'copy', 'restore')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        const database = path(`model-${(runs += 1)}.db`)
        const copy = `${database}.copy`
        const given: { cursor: Cursor; ids: string }[] = []
        let store = await SqliteStore.open({ path: database })
        await store.create(created('a'))
        const idsUpTo = async (seq: number) => {
          const { block } = await store.read('a', { maxLogs: 1000, maxBytes: 1e6 })
          return parsed(block)
            .slice(0, seq)
            .map(({ id }) => id)
            .join()
        }
        let restored = false
        for (const [index, what] of steps.entries()) {
          if (what === 'grow') {
            const cursor = await grow(store, `l${index}`, 2)
            given.push({ cursor, ids: await idsUpTo(cursor.seq) })
            continue
          }
          await store.close()
          if (what === 'copy') copyFileSync(database, copy)
          if (what === 'restore' && existsSync(copy)) {
            copyFileSync(copy, database)
            restored = true
          }
          store = await SqliteStore.open({ path: database })
        }
        const wrong: Cursor[] = []
        for (const { cursor, ids } of given) {
          const isKnown = await store.knows(cursor, 'a')
          const stands = (await idsUpTo(cursor.seq)) === ids
          if (isKnown ? !stands : !restored) wrong.push(cursor)
        }
        await store.close()
        expect(wrong).toStrictEqual([])
      }),
      { numRuns: 30 },
    )
  }, 60_000)
})

test.each([1, 20, 500])(
  'a write-ahead log of the original with %i logs beside a restored copy is refused and left alone; without it the copy is served',
  async (count) => {
    const database = path(`wal${count}.db`)
    await during(database, (store) => grow(store, 'x', 3))
    copyFileSync(database, path('wal-backup.db'))
    // What kill -9 leaves: a log that nobody has written back.
    const running = await SqliteStore.open({ path: database })
    await grow(running, 'y', count)
    for (const end of ['', '-wal']) copyFileSync(database + end, path(`wal-killed${count}.db${end}`))
    await running.close()
    const killed = path(`wal-killed${count}.db`)
    copyFileSync(path('wal-backup.db'), killed)
    const before = [readFileSync(killed), readFileSync(`${killed}-wal`)]
    await expect(SqliteStore.open({ path: killed })).rejects.toMatchObject({
      code: 'store_corrupt',
      message: expect.stringMatching(/^Database .*a -wal file lies beside it that is not its own.*remove the -wal/),
    })
    expect([readFileSync(killed), readFileSync(`${killed}-wal`)]).toStrictEqual(before)
    for (const end of ['-wal', '-shm']) rmSync(killed + end, { force: true })
    const { block } = await (await open(killed)).read('a', { maxLogs: 1000, maxBytes: 1e6 })
    expect(parsed(block).map(({ id }) => id)).toStrictEqual(['x-1', 'x-2', 'x-3'])
  },
)

test('the write-ahead log that kill -9 leaves is taken up', async () => {
  const database = path('own.db')
  const running = await SqliteStore.open({ path: database })
  const cursor = await grow(running, 'y', 500)
  for (const end of ['', '-wal']) copyFileSync(database + end, path(`own-killed.db${end}`))
  await running.close()
  const store = await open(path('own-killed.db'))
  expect((await store.read('a', { maxLogs: 1, maxBytes: 1 })).head).toBe(500)
  expect(await store.knows(cursor, 'a')).toBe(true)
})
