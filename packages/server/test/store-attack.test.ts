// The SQLite store on disks that are full, files that are locked, read-only, moved, cut or damaged: a clear error with what to do, no false acknowledgement, no wrong log. Invariant 2.

import fc from 'fast-check'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/store/sqlite-database.ts'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { created, log, logs, parsed, range } from './support/logs.ts'
import { canMount, smallDisk } from './support/small-disk.ts'
import { openSqlite as open } from './support/stores.ts'

const path = temporaryFolder()
const EVERYTHING = { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }
const program = (name: string): string => join(import.meta.dirname, 'programs', name)

async function append(store: SqliteStore, from: number, to: number, id = 'a') {
  const [outcome] = await store.append([{ execution_id: id, logs: logs(id, from, to) }])
  if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome')
  return outcome.result
}

const seqs = async (store: SqliteStore, id = 'a') =>
  parsed((await store.read(id, EVERYTHING)).block).map(({ seq }) => seq)

/** One line, which names the file and ends with what to do. */
const says = (code: string, remedy: RegExp) => ({
  name: 'RuntailError',
  code,
  message: expect.stringMatching(new RegExp(`^(?!.*\\n)Database /.*\\.db\\b.*${remedy.source}`)) as string,
})

/** A file with executions a and b of so many logs each, at rest. */
async function stored(database: string, count: number): Promise<void> {
  const store = await SqliteStore.open({ path: database })
  for (const id of ['a', 'b']) {
    await store.create(created(id))
    await append(store, 1, count, id)
  }
  await store.close()
}

/** Appends until the store refuses; gives the head that was acknowledged last, and the refusal. */
async function appendUntilRefused(store: SqliteStore, from: number): Promise<{ head: number; refusal: unknown }> {
  for (let head = from; ; head += 100) {
    const refusal = await append(store, head + 1, head + 100).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (refusal) return { head, refusal }
  }
}

/** A store whose disk can be filled, and made room on again. */
interface FillableStore {
  readonly store: SqliteStore
  readonly fill: () => void
  readonly free: () => void
}

/** On a file system of a few pages: the operating system says no. */
async function onSmallDisk(): Promise<FillableStore> {
  const { folder, fill, free } = smallDisk()
  return { store: await open(join(folder, 'runtail.db')), fill, free }
}

/** In a file of a few pages: SQLite says no, by the same code. */
async function inSmallFile(): Promise<FillableStore> {
  const database = openDatabase({ path: path('small.db'), newEpoch: () => 'e', busyTimeoutMs: 250 })
  const store = new SqliteStore(path('small.db'), database)
  onTestFinished(() => store.close())
  return {
    store,
    fill: () => database.exec('PRAGMA max_page_count = 20'),
    free: () => database.exec('PRAGMA max_page_count = 1000000'),
  }
}

describe('a full disk', () => {
  if (!canMount) console.info('this user may not mount a small file system: SQLite alone makes the disk full')

  test.each([['SQLite', inSmallFile], ...(canMount ? ([['the system', onSmallDisk]] as const) : [])] as const)(
    'as %s says: appends are refused as retryable, what is there is given, and it goes on when there is room',
    async (_whose, make) => {
      const { store, fill, free } = await make()
      await store.create(created('a'))
      await append(store, 1, 100)
      fill()
      const { head, refusal } = await appendUntilRefused(store, 100)
      expect(refusal).toMatchObject({
        ...says('store_unavailable', /The disk is full\. Free some space\.$/),
        retryable: true,
        data: { sqlite_code: 13 },
      })
      await expect(store.create(created('another', { name: 'x'.repeat(100_000) }))).rejects.toMatchObject({
        retryable: true,
      })
      expect(await seqs(store)).toStrictEqual(range(1, head))
      expect(await store.get('a')).toMatchObject({ head_seq: head, log_counts: { info: head } })
      free()
      // The producer sends the refused batch again, and one that it had an answer to.
      expect(await append(store, head - 9, head + 100)).toMatchObject({
        head: head + 100,
        accepted: 100,
        duplicates: 10,
      })
      expect(await seqs(store)).toStrictEqual(range(1, head + 100))
    },
  )

  test.runIf(canMount)('that is full already: no server starts, and one does when there is room', async () => {
    const { folder, fill, free } = smallDisk()
    const database = join(folder, 'runtail.db')
    fill()
    await expect(SqliteStore.open({ path: database })).rejects.toMatchObject(says('store_unavailable', /disk/))
    free()
    await expect(open(database)).resolves.toBeInstanceOf(SqliteStore)
  })
})

test.runIf(process.platform === 'linux')(
  'a disk that fails for a while: each call says so and can be tried again, and all is well when it works again',
  async () => {
    const database = path('failing.db')
    const said = execFileSync(
      process.execPath,
      ['--conditions=@runtail/source', program('failing-disk.ts'), database],
      {
        encoding: 'utf8',
      },
    )
    const fails = (what: string): string =>
      `${what}: store_unavailable Database ${database}: disk I/O error. The disk fails to read or write. Check the disk.`
    expect(said.trimEnd().split('\n')).toStrictEqual([
      ...['read', 'get', 'list', 'append'].map(fails),
      'read: well',
      'append: well',
      `append: store_unavailable Database ${database}: database or disk is full. The disk is full. Free some space.`,
      'append: well',
    ])
    const store = await open(database)
    expect(await seqs(store)).toStrictEqual(range(1, 2006))
    expect(await store.get('a')).toMatchObject({ head_seq: 2006 })
  },
)

describe('a commit whose end nobody knows', () => {
  test('is stored once, whatever the disk said, when the batch is sent again', async () => {
    const database = path('unknown.db')
    const store = await open(database)
    await store.create(created('a'))
    await append(store, 1, 5)
    // The file is away when the commit is done: it is durable there, but the store must not say so.
    renameSync(database, `${database}.away`)
    await expect(append(store, 6, 10)).rejects.toMatchObject(
      says(
        'store_unavailable',
        /was moved, deleted or replaced while it was open\. Restart the server, or put the file back\.$/,
      ),
    )
    renameSync(`${database}.away`, database)
    expect(await append(store, 6, 12)).toStrictEqual({ head: 12, accepted: 2, duplicates: 5 })
    expect(await seqs(store)).toStrictEqual(range(1, 12))
  })

  test('in a database that was deleted: nothing is acknowledged that nobody will find', async () => {
    const database = path('deleted/runtail.db')
    const store = await open(database)
    await store.create(created('a'))
    await append(store, 1, 5)
    rmSync(dirname(database), { recursive: true })
    await expect(append(store, 6, 10)).rejects.toMatchObject({ code: 'store_unavailable', retryable: true })
    await store.close()
    const next = await open(database)
    expect(await next.get('a')).toBeUndefined()
    expect(next.epoch).not.toBe(store.epoch)
  })
})

describe('a locked file', () => {
  test('longer than a call may wait, by another process: refused as retryable, reads go on; it goes on afterwards', async () => {
    const database = path('locked.db')
    await stored(database, 10)
    const store = await open(database)
    const holder = spawn(process.execPath, [program('hold-lock.ts'), database], { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void holder.kill())
    await once(holder.stdout, 'data')
    await expect(append(store, 11, 12)).rejects.toMatchObject({
      ...says('store_unavailable', /Another process writes to it\. Close that process, or try again\.$/),
      retryable: true,
    })
    expect(await seqs(store)).toStrictEqual(range(1, 10))
    holder.stdin.end()
    await once(holder, 'exit')
    expect(await append(store, 11, 12)).toStrictEqual({ head: 12, accepted: 2, duplicates: 0 })
  })
})

describe('read-only', () => {
  test.each([
    ['a file', 0o444, 0o777],
    ['a folder', 0o666, 0o555],
  ])('%s, to a process without privileges: refused with what to do, and left as it was', async (what, file, folder) => {
    const database = path(`readonly ${what}/runtail.db`)
    await stored(database, 3)
    chmodSync(path('.'), 0o755)
    chmodSync(database, file)
    chmodSync(dirname(database), folder)
    onTestFinished(() => chmodSync(dirname(database), 0o777))
    const before = readFileSync(database)
    const said = () =>
      execFileSync(process.execPath, ['--conditions=@runtail/source', program('append-once.ts'), database], {
        encoding: 'utf8',
      })
    expect(said()).toMatch(
      /^store_unavailable Database \/.*\.db: attempt to write a readonly database\. It is read-only\. Check the permissions of its folder, of the file and of the -wal and -shm files beside it\.\n$/,
    )
    expect(readFileSync(database).equals(before)).toBe(true)
    chmodSync(dirname(database), 0o777)
    for (const name of readdirSync(dirname(database))) chmodSync(join(dirname(database), name), 0o666)
    expect(said()).toBe('stored\n')
  })
})

describe('a truncated file', () => {
  test.each([99, 512, 8192, 20_000, 60_000])('of %i bytes is refused as damaged', async (bytes) => {
    const database = path(`truncated-${bytes}.db`)
    await stored(database, 300)
    truncateSync(database, bytes)
    await expect(SqliteStore.open({ path: database })).rejects.toMatchObject(
      says(
        'store_corrupt',
        /Restore a backup and remove the -wal and -shm files, or move all three away to begin anew\.$|Point the data path elsewhere, or move the file away\.$/,
      ),
    )
  })

  test('under an open store: no log is made up, nothing is acknowledged', async () => {
    const database = path('truncated-open.db')
    await stored(database, 5000)
    const store = await open(database)
    truncateSync(database, 100_000)
    await expect(store.read('a', { ...EVERYTHING, after: 4900 })).rejects.toMatchObject({ code: 'store_corrupt' })
    await expect(append(store, 5001, 5001)).rejects.toMatchObject({ code: 'store_corrupt' })
  })
})

describe('a damaged page', () => {
  test('of one execution: its logs up to the damage, then an error; the other executions go on, reading and writing', async () => {
    const database = path('page.db')
    await stored(database, 2000)
    const bytes = readFileSync(database)
    const at = bytes.indexOf('"a-1000"')
    bytes.fill(0xa5, at, at + 400)
    writeFileSync(database, bytes)
    const store = await open(database)
    const { block } = await store.read('a', { ...EVERYTHING, after: 900 })
    expect(block.from).toBe(901)
    expect(block.to).toBeGreaterThan(900)
    expect(block.to).toBeLessThan(1000)
    const damaged = says(
      'store_corrupt',
      /Restore a backup and remove the -wal and -shm files, or move all three away to begin anew\.$/,
    )
    await expect(store.read('a', { ...EVERYTHING, after: block.to })).rejects.toMatchObject(damaged)
    expect(await seqs(store, 'b')).toStrictEqual(range(1, 2000))
    expect(await append(store, 2001, 2002, 'b')).toMatchObject({ head: 2002 })
    expect(parsed((await store.read('a', { ...EVERYTHING, after: 1990 })).block).map(({ seq }) => seq)).toStrictEqual(
      range(1991, 2000),
    )
  })

  test('a letter of a log that became another one is not given as the log', async () => {
    const database = path('letter.db')
    const before = await SqliteStore.open({ path: database })
    await before.create(created('a'))
    await before.append([
      { execution_id: 'a', logs: [log('a', '1'), log('a', '2', { message: 'paid 100' }), log('a', '3')] },
    ])
    await before.close()
    const bytes = readFileSync(database)
    bytes.write('paid 900', bytes.indexOf('paid 100'))
    writeFileSync(database, bytes)
    const store = await open(database)
    expect(await seqs(store)).toStrictEqual([1])
    await expect(store.read('a', { ...EVERYTHING, after: 1 })).rejects.toMatchObject({
      ...says('store_corrupt', /log 2 of execution a is damaged/),
      data: { execution_id: 'a', seq: 2 },
    })
    expect(parsed((await store.read('a', { ...EVERYTHING, after: 2 })).block)).toMatchObject([{ seq: 3 }])
  })

  test('a head that lies below logs that are there: nothing is appended at their seqs, and the other executions go on', async () => {
    const database = path('head.db')
    await stored(database, 100)
    const connection = new DatabaseSync(database)
    connection.exec(`UPDATE executions SET head_seq = 36 WHERE id = 'a'`)
    connection.close()
    const store = await open(database)
    await expect(append(store, 101, 101)).rejects.toMatchObject({
      ...says('store_corrupt', /execution a has logs up to 100, and its head says 36\. Restore a backup/),
      data: { path: database, execution_id: 'a' },
    })
    expect(await append(store, 101, 101, 'b')).toMatchObject({ head: 101, accepted: 1 })
  })

  test('wherever a bit is flipped: each log that is given is the one that was stored, at its place', async () => {
    const database = path('flipped.db')
    await stored(database, 600)
    const intact = readFileSync(database)
    const stand = logs('a', 1, 600).map((one, index) => JSON.stringify({ ...one, seq: index + 1 }))
    const flip = fc.record({ at: fc.integer({ min: 0, max: intact.length - 1 }), bit: fc.integer({ min: 0, max: 7 }) })
    let [whole, noticed] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 3 }), async (flips) => {
        const bytes = Buffer.from(intact)
        for (const { at, bit } of flips) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
        for (const end of ['-wal', '-shm']) rmSync(database + end, { force: true })
        writeFileSync(database, bytes)
        const { given, complaint } = await readAll(database)
        expect(given.filter(({ seq, line }) => line !== stand[seq - 1])).toStrictEqual([])
        if (given.length === 600 && !complaint) whole += 1
        else noticed += 1
      }),
      { numRuns: 200 },
    )
    console.info(`flipped bits: ${whole} times without harm to these logs, ${noticed} times noticed`)
    expect(noticed).toBeGreaterThan(0)
  }, 60_000)
})

/** Every log of execution a that the store gives, and what it says where it gives no more. */
async function readAll(database: string): Promise<{ given: { seq: number; line: string }[]; complaint: unknown }> {
  const given: { seq: number; line: string }[] = []
  let store: SqliteStore | undefined
  try {
    store = await SqliteStore.open({ path: database })
    for (let after = 0; ;) {
      const { block, head } = await store.read('a', { after, maxLogs: 100, maxBytes: 1e6 })
      if (block.lines.length === 0) return { given, complaint: head === 600 ? undefined : `head ${head}` }
      given.push(...block.lines.map((line, index) => ({ seq: block.from + index, line })))
      after = block.to
    }
  } catch (complaint) {
    return { given, complaint }
  } finally {
    await store?.close()
  }
}

test('a backup put back into its place under a stopped server is taken up; producers that send again are not doubled', async () => {
  const database = path('backup.db')
  await stored(database, 5)
  const copy = path('copies/backup.db')
  mkdirSync(dirname(copy))
  copyFileSync(database, copy)
  const lost = await SqliteStore.open({ path: database })
  await append(lost, 6, 10)
  await lost.close()
  truncateSync(database, 100)
  await expect(SqliteStore.open({ path: database })).rejects.toMatchObject({ code: 'store_corrupt' })
  copyFileSync(copy, database)
  const store = await open(database)
  expect(await append(store, 1, 10)).toStrictEqual({ head: 10, accepted: 5, duplicates: 5 })
  expect(new DatabaseSync(database, { readOnly: true }).prepare('PRAGMA integrity_check').get()).toMatchObject({
    integrity_check: 'ok',
  })
})
