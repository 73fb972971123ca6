// The conversion of an older file, where it is empty, damaged, interrupted or has no room: all of it or nothing, and nothing is lost either way.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, logs } from './support/logs.ts'
import { filledFile, fileOf, insertExecution } from './support/old-file.ts'
import { canMount, smallDisk } from './support/small-disk.ts'
import { openSqlite as open } from './support/stores.ts'

const path = temporaryFolder()
const EVERYTHING = { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }

const linesOf = async (store: SqliteStore, id: string, after = 0) =>
  (await store.read(id, { ...EVERYTHING, after })).block.lines

function versionOf(database: string): unknown {
  const connection = new DatabaseSync(database)
  onTestFinished(() => connection.close())
  return connection.prepare('PRAGMA user_version').get()?.['user_version']
}

test.each([1, 2])('a file of version %i without a log, and one without an execution', async (version) => {
  fileOf(version, path(`none${version}.db`), () => {})
  fileOf(version, path(`empty${version}.db`), (connection) => insertExecution(connection, 'a', 0))
  const none = await open(path(`none${version}.db`))
  expect(await none.list({ limit: 10 })).toMatchObject({ executions: [], revision: 0 })
  await none.create(created('a'))
  const empty = await open(path(`empty${version}.db`))
  for (const store of [none, empty]) {
    expect(await linesOf(store, 'a')).toStrictEqual([])
    expect(await store.append([{ execution_id: 'a', logs: logs('a', 1, 2) }])).toMatchObject([{ result: { head: 2 } }])
    expect(await linesOf(store, 'a')).toHaveLength(2)
  }
})

test('a damaged page: refused, and the file left as it was', async () => {
  const database = path('page.db')
  filledFile(database, 3000)
  const bytes = readFileSync(database)
  const at = Math.floor(bytes.indexOf('"a-1500"') / 4096) * 4096
  bytes.fill(0xa5, at, at + 200)
  writeFileSync(database, bytes)
  await expect(SqliteStore.open({ path: database })).rejects.toMatchObject({ code: 'store_corrupt' })
  expect(readFileSync(database).equals(bytes)).toBe(true)
})

test('a damaged text: the file is converted, and only who reads that log meets the damage', async () => {
  const database = path('text.db')
  const texts = filledFile(database, 300)
  const bytes = readFileSync(database)
  bytes.write('"a 151"', bytes.indexOf('"a 150"'))
  writeFileSync(database, bytes)
  const store = await open(database)
  expect(await linesOf(store, 'a')).toStrictEqual(texts.get('a')?.slice(0, 149))
  await expect(linesOf(store, 'a', 149)).rejects.toMatchObject({ code: 'store_corrupt', data: { seq: 150 } })
  expect(await linesOf(store, 'a', 150)).toStrictEqual(texts.get('a')?.slice(150))
  expect(await linesOf(store, 'b')).toStrictEqual(texts.get('b'))
})

test('logs that were removed before the rows were numbered anew, as a text dump does: none is taken for one of another execution', async () => {
  const database = path('dump.db')
  const stored = (id: string, seq: number) => JSON.stringify({ ...log(id, `${id}-${seq}`), seq })
  fileOf(1, database, (connection) => {
    for (const [id, head] of Object.entries({ a: 4, b: 2 })) insertExecution(connection, id, head)
    // Of a the second and third are gone; b has two logs where they would be.
    const insert = connection.prepare('INSERT INTO logs (execution_id, seq, id, log) VALUES (?, ?, ?, ?)')
    for (const [id, seq] of [
      ['a', 1],
      ['b', 1],
      ['b', 2],
      ['a', 4],
    ] as const) {
      insert.run(id, seq, `${id}-${seq}`, stored(id, seq))
    }
  })
  const store = await open(database)
  expect(await linesOf(store, 'a')).toStrictEqual([stored('a', 1)])
  expect(await linesOf(store, 'a', 1)).toStrictEqual([stored('a', 4)])
  expect(await linesOf(store, 'b')).toStrictEqual([stored('b', 1), stored('b', 2)])
  expect(await store.append([{ execution_id: 'a', logs: [log('a', 'a-4'), log('a', 'next')] }])).toMatchObject([
    { result: { head: 5, accepted: 1, duplicates: 1 } },
  ])
})

test('kill -9 in the middle: the next opening begins anew, and has everything', async () => {
  const database = path('killed/runtail.db')
  mkdirSync(dirname(database))
  const texts = filledFile(database, 10_000)
  const watcher = watch(dirname(database))
  onTestFinished(() => watcher.close())
  const program = join(import.meta.dirname, 'programs/migrate-forever.ts')
  const child = spawn(process.execPath, ['--conditions=@runtail/source', program, database], { stdio: 'inherit' })
  const exit = once(child, 'exit')
  // What does not fit into its memory is in the write-ahead log before the commit.
  const hasWritten = () => (statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000
  while (!hasWritten()) await once(watcher, 'change')
  child.kill('SIGKILL')
  await exit
  expect(versionOf(database)).toBe(2)
  const store = await open(database)
  for (const [id, lines] of texts) expect(await linesOf(store, id)).toStrictEqual(lines)
  expect(await store.knows({ epoch: 'old', seq: 10_000 }, 'a')).toBe(true)
})

test.runIf(canMount)(
  'a disk that becomes full in the middle: refused, left as it was, and converted where there is room',
  async () => {
    const { folder } = smallDisk()
    const database = join(folder, 'runtail.db')
    const texts = filledFile(path('roomy.db'), 2800)
    copyFileSync(path('roomy.db'), database)
    await expect(SqliteStore.open({ path: database })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/The disk is full\. Free some space\.$/) as string,
    })
    expect(versionOf(database)).toBe(2)
    copyFileSync(database, path('moved.db'))
    const store = await open(path('moved.db'))
    for (const [id, lines] of texts) expect(await linesOf(store, id)).toStrictEqual(lines)
  },
)
