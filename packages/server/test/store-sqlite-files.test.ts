// What SQLite files the store opens, what it says of those it refuses, and what stands in them.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Migration } from '../src/store/migrations/migration.ts'
import { sqliteMigrations } from '../src/store/migrations/sqlite.ts'
import { APPLICATION_ID, openDatabase } from '../src/store/sqlite-database.ts'
import { sqliteError } from '../src/store/sqlite-errors.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, logs, parsed } from './support/logs.ts'
import { openSqlite as open } from './support/stores.ts'

const path = temporaryFolder()
const EVERYTHING = { maxLogs: 1000, maxBytes: Number.MAX_SAFE_INTEGER }

/** A plain connection, as any SQLite tool has it. */
function plain(database: string): DatabaseSync {
  const connection = new DatabaseSync(database)
  onTestFinished(() => {
    if (connection.isOpen) connection.close()
  })
  return connection
}

describe('SQLite file', () => {
  test('gives everything back after it was closed and opened again', async () => {
    const store = await open(path('again/and/again.db'))
    await store.create(created('a', { name: 'Nightly', tags: ['x'] }))
    await store.append([{ execution_id: 'a', logs: logs('a', 1, 3) }])
    const before = {
      execution: await store.get('a'),
      list: await store.list({ limit: 10 }),
      lines: (await store.read('a', EVERYTHING)).block.lines,
    }
    await store.close()
    const again = await open(path('again/and/again.db'))
    expect({
      execution: await again.get('a'),
      list: await again.list({ limit: 10 }),
      lines: (await again.read('a', EVERYTHING)).block.lines,
    }).toStrictEqual(before)
    const [outcome] = await again.append([{ execution_id: 'a', logs: logs('a', 2, 4) }])
    expect(outcome).toMatchObject({ ok: true, result: { head: 4, accepted: 1, duplicates: 2 } })
  })

  test('can be read with plain SQL while the store is open', async () => {
    const store = await open(path('plain.db'))
    await store.create(created('a', { tags: ['x', 'y'] }))
    await store.append([{ execution_id: 'a', logs: [log('a', '1'), log('a', '2', { level: 'error', message: 'no' })] }])
    const connection = plain(path('plain.db'))
    expect(
      connection.prepare('SELECT id, status, head_seq, info_count, error_count, tags FROM executions').all(),
    ).toMatchObject([{ id: 'a', status: 'running', head_seq: 2, info_count: 1, error_count: 1, tags: '["x","y"]' }])
    expect(
      connection
        .prepare(`SELECT execution_id, seq, id, log ->> 'message' AS message FROM logs WHERE log ->> 'level' = 'error'`)
        .all(),
    ).toMatchObject([{ execution_id: 'a', seq: 2, id: '2', message: 'no' }])
  })

  test('syncs at every commit, writes ahead, and is marked as ours', () => {
    const database = openDatabase({ path: path('pragmas.db'), newEpoch: () => 'e', busyTimeoutMs: 123 })
    onTestFinished(() => database.close())
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('busy_timeout')).toBe(123)
    expect(pragma('application_id')).toBe(APPLICATION_ID)
    expect(pragma('user_version')).toBe(sqliteMigrations.length)
  })

  test('two stores on one file: seqs stay without holes, ids stay unique, both see everything', async () => {
    const one = await open(path('shared.db'))
    const two = await open(path('shared.db'))
    await one.create(created('a'))
    for (let n = 1; n <= 20; n += 1) {
      await one.append([{ execution_id: 'a', logs: logs('a', n, n) }])
      await two.append([{ execution_id: 'a', logs: logs('a', n, n + 1) }])
    }
    for (const store of [one, two]) {
      expect(store.epoch).toBe(two.epoch)
      const stored = parsed((await store.read('a', EVERYTHING)).block)
      expect(stored.map(({ id }) => id)).toStrictEqual(logs('a', 1, 21).map(({ id }) => id))
      expect(await store.get('a')).toMatchObject({ head_seq: 21 })
      expect((await store.changes(0, 10)).revision).toBe(await store.revision())
    }
  })

  test('two stores on one file that append in turn: what one has written the other knows, also how it ended', async () => {
    const one = await open(path('in-turn.db'))
    const two = await open(path('in-turn.db'))
    for (const id of ['a', 'b']) await one.create(created(id))
    const sent: string[] = []
    for (let n = 0; n < 24; n += 1) {
      // Twice the one and once the other, so each also goes on from what itself has written.
      const count = 1 + (n % 3)
      const batch = logs('a', 1, count, `round-${n}`)
      const [outcome] = await (n % 3 === 0 ? one : two).append([{ execution_id: 'a', logs: batch }])
      sent.push(...batch.map(({ id }) => id))
      expect(outcome).toMatchObject({ ok: true, result: { head: sent.length, accepted: count } })
    }
    const stored = parsed((await one.read('a', EVERYTHING)).block)
    expect(stored.map(({ seq, id }) => [seq, id])).toStrictEqual(sent.map((id, index) => [index + 1, id]))
    await one.append([{ execution_id: 'b', logs: logs('b', 1, 2) }])
    await two.append([{ execution_id: 'b', logs: [log('b', 'end', { event: 'execution.failed', message: 'no' })] }])
    await one.append([{ execution_id: 'b', logs: logs('b', 3, 4) }])
    expect(await two.get('b')).toMatchObject({ status: 'failed', error_message: 'no', head_seq: 5 })
  })

  test('locked by another process: unavailable, stores nothing, goes on afterwards', async () => {
    const store = await open(path('locked.db'))
    await store.create(created('a'))
    const other = plain(path('locked.db'))
    other.exec('BEGIN IMMEDIATE')
    const append = () => store.append([{ execution_id: 'a', logs: logs('a', 1, 1) }])
    await expect(append()).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
      message: expect.stringContaining('locked.db') as string,
    })
    expect(await store.get('a')).toMatchObject({ head_seq: 0 })
    other.exec('ROLLBACK')
    expect(await append()).toMatchObject([{ ok: true, result: { head: 1 } }])
  })
})

describe('refused', () => {
  const refusal = (database: string) => SqliteStore.open({ path: database }).catch((error: unknown) => error)
  const oneLine = expect.stringMatching(/^[^\n]+$/) as string

  test('a newer version, both versions named, the file left alone', async () => {
    await (await SqliteStore.open({ path: path('newer.db') })).close()
    plain(path('newer.db')).exec('PRAGMA user_version = 99')
    expect(await refusal(path('newer.db'))).toMatchObject({
      code: 'store_too_new',
      message: expect.stringMatching(
        `version 99, this Runtail knows versions up to ${sqliteMigrations.length}\\. Update Runtail`,
      ) as string,
      data: { version: 99, newest_known: sqliteMigrations.length },
    })
    expect(plain(path('newer.db')).prepare('PRAGMA user_version').get()).toMatchObject({ user_version: 99 })
  })

  test('the database of another program, left as it was', async () => {
    const foreign = plain(path('foreign.db'))
    foreign.exec('CREATE TABLE bookmarks (url TEXT)')
    foreign.close()
    const before = readFileSync(path('foreign.db'))
    expect(await refusal(path('foreign.db'))).toMatchObject({
      code: 'store_corrupt',
      message: expect.stringContaining('belongs to another program') as string,
    })
    expect(readFileSync(path('foreign.db')).equals(before)).toBe(true)
  })

  test('an empty database that another program has marked as its own', async () => {
    plain(path('marked.db')).exec('PRAGMA application_id = 7')
    expect(await refusal(path('marked.db'))).toMatchObject({ code: 'store_corrupt' })
  })

  test('a file that is no database', async () => {
    writeFileSync(path('notes.db'), 'Dear diary, '.repeat(1000))
    expect(await refusal(path('notes.db'))).toMatchObject({ code: 'store_corrupt', retryable: false, message: oneLine })
  })

  test('a damaged database', async () => {
    const store = await SqliteStore.open({ path: path('damaged.db') })
    await store.create(created('a'))
    await store.append([{ execution_id: 'a', logs: logs('a', 1, 500) }])
    await store.close()
    const bytes = readFileSync(path('damaged.db'))
    bytes.fill(0xa5, 8192)
    writeFileSync(path('damaged.db'), bytes)
    expect(await refusal(path('damaged.db'))).toMatchObject({ code: 'store_corrupt', message: oneLine })
  })

  test('a file of this version that lacks a table: told as an error of ours, and closed again', async () => {
    const database = path('lacking.db')
    await (await SqliteStore.open({ path: database })).close()
    const connection = plain(database)
    connection.exec('DROP VIEW logs; DROP TABLE runs')
    connection.close()
    expect(await refusal(database)).toMatchObject({
      name: 'RuntailError',
      message: expect.stringContaining('no such table: runs') as string,
    })
    // Whoever is the last to close it takes the write-ahead log away.
    expect(existsSync(`${database}-wal`)).toBe(false)
  })

  test('a folder that cannot be made', async () => {
    writeFileSync(path('file'), '')
    expect(await refusal(path('file/folder/runtail.db'))).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/^Folder .*file\/folder cannot be made: .*another data path/) as string,
    })
  })

  test('a folder on a file system that takes none', async () => {
    const absent = process.platform === 'linux' ? '/proc/runtail/data' : '/dev/null/runtail'
    expect(await refusal(`${absent}/runtail.db`)).toMatchObject({ code: 'store_unavailable' })
  })

  test('a path that is a folder', async () => {
    mkdirSync(path('folder'))
    expect(await refusal(path('folder'))).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringMatching(/folder is a folder\. Move it away/) as string,
    })
  })

  test.each([
    [5, 'store_unavailable'],
    [8 | (2 << 8), 'store_unavailable'],
    [10 | (3 << 8), 'store_unavailable'],
    [13, 'store_unavailable'],
    [11 | (1 << 8), 'store_corrupt'],
    [26, 'store_corrupt'],
    [1, 'internal'],
  ])('SQLite code %i means %s', (errcode, code) => {
    const error = sqliteError(Object.assign(new Error('reason'), { errcode }), '/data/runtail.db')
    expect(error).toMatchObject({ code, message: expect.stringContaining('reason') as string })
    expect(error.cause).toBeInstanceOf(Error)
  })
})

describe('migrations', () => {
  const openWith = (database: string, migrations: readonly Migration[]) => {
    const opened = openDatabase({ path: database, newEpoch: () => 'e2', busyTimeoutMs: 1, migrations })
    onTestFinished(() => opened.close())
    return opened
  }
  const added: Migration = { id: sqliteMigrations.length + 1, sql: 'ALTER TABLE executions ADD COLUMN owner TEXT' }

  test('have ids 1, 2, 3 …', () => {
    expect(sqliteMigrations.map(({ id }) => id)).toStrictEqual(sqliteMigrations.map((_, index) => index + 1))
  })

  test('bring an older database to the present version and keep what is in it', async () => {
    const store = await SqliteStore.open({ path: path('older.db') })
    await store.create(created('a'))
    await store.close()
    const database = openWith(path('older.db'), [...sqliteMigrations, added])
    expect(database.prepare('SELECT id, owner FROM executions').all()).toMatchObject([{ id: 'a', owner: null }])
    expect(database.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: added.id })
  })

  test('one that fails leaves the database as it was', async () => {
    await (await SqliteStore.open({ path: path('failing.db') })).close()
    const broken: Migration = { id: added.id + 1, sql: 'CREATE TABLE more (x); INSERT INTO nowhere VALUES (1)' }
    expect(() => openWith(path('failing.db'), [...sqliteMigrations, added, broken])).toThrow('nowhere')
    const connection = plain(path('failing.db'))
    expect(connection.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: sqliteMigrations.length })
    expect(connection.prepare(`SELECT name FROM sqlite_schema WHERE name = 'more'`).get()).toBeUndefined()
    await expect(open(path('failing.db'))).resolves.toBeInstanceOf(SqliteStore)
  })
})
