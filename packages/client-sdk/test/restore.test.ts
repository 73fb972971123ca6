// Stores that were wiped or restored under a running follower: it is told, and then gets exactly what there is; an ordinary restart tells nothing. Invariants 4 and 5.

import { SYNC_INTERVAL_MS, type ExecutionLog } from '@runtail/core'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket as WsWebSocket } from 'ws'
import type { FollowUpdate } from '../src/index.ts'
import { collect, connectClient, until, upTo } from './support/client.ts'
import { dataFolder, startServer } from './support/server.ts'

const ID = 'run'

/** A server on one SQLite file whose port stays the same, so that followers find it again whatever happened to the file. */
class Site {
  readonly folder: string
  readonly #file: string
  #server = startServer({ port: 0 })
  #port = 0

  private constructor(folder: string) {
    this.folder = folder
    this.#file = join(folder, 'runtail.db')
  }

  static async open(): Promise<Site> {
    const site = new Site(await dataFolder())
    // A port that is free later too.
    const { port, server } = await site.#server
    site.#port = port
    await server.close()
    await site.up()
    return site
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/trpc`
  }

  async up(): Promise<void> {
    this.#server = startServer({ store: 'sqlite', dataDir: this.folder, port: this.#port })
    await this.#server
  }

  async down(): Promise<void> {
    await (await this.#server).server.close()
  }

  /** Of the file at rest. */
  async copy(): Promise<void> {
    await copyFile(this.#file, `${this.#file}.copy`)
  }

  async restore(): Promise<void> {
    await copyFile(`${this.#file}.copy`, this.#file)
  }

  async wipe(): Promise<void> {
    await rm(this.#file)
  }

  /** Writes to the file behind the followers' backs, by a server that they do not know. */
  async aside(write: (url: string) => Promise<void>): Promise<void> {
    const { server, url } = await startServer({ store: 'sqlite', dataDir: this.folder })
    await write(url)
    await server.close()
  }
}

/** Appends logs with these messages; acknowledged when it resolves. */
async function write(url: string, messages: readonly string[], id = ID): Promise<void> {
  const { client } = connectClient(url)
  await client.api.executions.create.mutate({ id, workflow_id: 'w' })
  const logs = messages.map((message) => {
    const common = { execution_id: id, timestamp: '2026-01-31T12:00:00.000Z', level: 'info' } as const
    return { ...common, id: `${id}-${message}`, message, step_name: '', step_type: '' }
  })
  if (logs.length > 0) await client.api.logs.append.mutate({ execution_id: id, logs })
  await client.close({ timeoutMs: 0 })
}

const lines = (prefix: string, count: number): string[] => upTo(count).map((index) => `${prefix}${index}`)

/** A follower, read step by step. */
function following(url: string) {
  const { client } = connectClient(url)
  const updates = client.follow(ID)[Symbol.asyncIterator]()
  const held: ExecutionLog[] = []
  const resets: FollowUpdate[] = []
  /** Reads on until an update passes; a reset voids what is held, as it would in a program. */
  const readUntil = async (passes: (update: FollowUpdate) => boolean): Promise<void> => {
    for (;;) {
      const { value } = await updates.next()
      if (!value) throw new Error('ended')
      if (value.reset) {
        resets.push(value)
        held.length = 0
      }
      held.push(...value.logs)
      if (passes(value)) return
    }
  }
  return {
    client,
    resets,
    readUntil,
    messages: () => held.map(({ message }) => message),
    seqs: () => held.map(({ seq }) => seq),
  }
}

describe('follow', () => {
  test.each([
    ['with fewer logs', 0],
    ['with as many other logs', 4],
    ['with more other logs than the follower has seen', 9],
  ])('an older copy %s: one reset, then exactly what it holds', async (_what, others) => {
    const site = await Site.open()
    await write(site.url, lines('x', 3))
    await site.down()
    await site.copy()
    await site.up()
    const follower = following(site.url)
    await write(site.url, lines('y', 4))
    await follower.readUntil(({ head, logs }) => logs.at(-1)?.seq === 7 && head === 7)
    await site.down()
    await site.restore()
    await site.aside((url) => write(url, lines('z', others)))
    await site.up()
    const head = 3 + others
    await follower.readUntil((update) => update.head === head && (update.logs.at(-1)?.seq ?? 0) === head)
    expect(follower.resets).toHaveLength(1)
    expect(follower.messages()).toEqual([...lines('x', 3), ...lines('z', others)])
    await write(site.url, ['after'])
    await follower.readUntil((update) => update.head === head + 1)
    expect(follower.messages()).toEqual([...lines('x', 3), ...lines('z', others), 'after'])
    expect(follower.resets).toHaveLength(1)
  })

  test('a position that the copy still holds goes on without a reset', async () => {
    const site = await Site.open()
    await write(site.url, lines('x', 3))
    const follower = following(site.url)
    await follower.readUntil(({ head }) => head === 3)
    await site.down()
    await site.copy()
    await site.aside((url) => write(url, lines('y', 4)))
    await site.restore()
    await site.up()
    await write(site.url, lines('z', 2))
    await follower.readUntil(({ logs }) => logs.at(-1)?.seq === 5)
    expect(follower.resets).toHaveLength(0)
    expect(follower.messages()).toEqual([...lines('x', 3), ...lines('z', 2)])
  })

  test('a database that was deleted while the server was down', async () => {
    const site = await Site.open()
    await write(site.url, lines('x', 5))
    const follower = following(site.url)
    await follower.readUntil(({ head }) => head === 5)
    await site.down()
    await site.wipe()
    await site.aside((url) => write(url, lines('z', 7)))
    await site.up()
    await follower.readUntil(({ logs }) => logs.at(-1)?.seq === 7)
    expect(follower.resets).toHaveLength(1)
    expect(follower.messages()).toEqual(lines('z', 7))
  })

  test('ordinary restarts, logs in between: no reset, each log once', { timeout: 20_000 }, async () => {
    const site = await Site.open()
    await write(site.url, ['x0'])
    const follower = following(site.url)
    for (const turn of upTo(6)) {
      await write(site.url, [`x${turn}`])
      await follower.readUntil(({ logs }) => logs.at(-1)?.message === `x${turn}`)
      await site.down()
      if (turn % 2 === 0) await site.aside((url) => write(url, [`aside${turn}`]))
      await site.up()
      // So many short connections have made it wait long.
      follower.client.reconnect()
    }
    await write(site.url, ['end'])
    await follower.readUntil(({ logs }) => logs.at(-1)?.message === 'end')
    expect(follower.resets).toHaveLength(0)
    expect(follower.seqs()).toEqual(upTo(11))
  })
})

test('watch shows what the restored copy holds, complete, in the same buffer', async () => {
  const site = await Site.open()
  await write(site.url, lines('x', 3))
  await site.down()
  await site.copy()
  await site.up()
  await write(site.url, lines('y', 4))
  const watch = connectClient(site.url).client.watch(ID)
  onTestFinished(watch.subscribe(() => {}))
  const before = await until(watch, ({ logs }) => logs.last === 7)
  await site.down()
  await site.restore()
  await site.aside((url) => write(url, lines('z', 9)))
  await site.up()
  const after = await until(watch, ({ logs }) => logs.last === 12)
  expect(after.logs).toBe(before.logs)
  expect(upTo(12).map((seq) => after.logs.messageAt(seq))).toEqual([...lines('x', 3), ...lines('z', 9)])
  expect(after.completeness).toEqual({ first: 1, last: 12, gaps: [], unloaded: [] })
  expect(after).toMatchObject({ head: 12, execution: { head_seq: 12, log_counts: { info: 12 } } })
})

describe('the list of executions', () => {
  test.each([
    ['with fewer changes', 0],
    ['with more other changes than were seen', 9],
  ])('an older copy %s is listed anew', async (_what, others) => {
    const site = await Site.open()
    await write(site.url, ['x'], 'kept')
    await site.down()
    await site.copy()
    await site.up()
    await write(site.url, ['y'], 'lost')
    const list = connectClient(site.url).client.executions.watch()
    onTestFinished(list.subscribe(() => {}))
    const ids = () => list.getSnapshot().executions.map(({ id }) => id)
    await until(list, () => ids().length === 2)
    await site.down()
    await site.restore()
    await site.aside(async (url) => {
      for (const index of upTo(others)) await write(url, ['z'], `other${index}`)
    })
    await site.up()
    await until(list, () => !ids().includes('lost') && ids().length > 0)
    expect(ids()).toEqual([...lines('other', others).toReversed(), 'kept'])
    await write(site.url, ['z'], 'later')
    await until(list, () => ids().includes('later'))
    expect(ids()).toEqual(['later', ...lines('other', others).toReversed(), 'kept'])
  })

  test('after an ordinary restart it goes on from its cursor, and what changed meanwhile is shown', async () => {
    const site = await Site.open()
    await write(site.url, ['x'], 'one')
    const sent: string[] = []
    class Recorded extends WsWebSocket {
      override send(data: string): void {
        sent.push(data)
        super.send(data)
      }
    }
    const list = connectClient(site.url, { WebSocket: Recorded }).client.executions.watch()
    onTestFinished(list.subscribe(() => {}))
    const ids = () => list.getSnapshot().executions.map(({ id }) => id)
    await until(list, () => ids().length === 1)
    await site.down()
    await site.aside((url) => write(url, ['y'], 'two'))
    await site.up()
    await until(list, () => ids().length === 2)
    expect(ids()).toEqual(['two', 'one'])
    expect(sent.filter((data) => data.includes('"executions.list"'))).toHaveLength(1)
    expect(sent.filter((data) => data.includes('"executions.watch"'))).toHaveLength(2)
  })
})

test(
  'a tail that the transport swallowed is fetched within the sync interval, though nothing more comes',
  { timeout: 30_000 },
  async () => {
    const { url } = await startServer()
    await write(url, lines('x', 3))
    let swallowed = 0
    /** Loses every frame that brings one of the last logs. */
    class Lossy extends WsWebSocket {
      override emit(name: string | symbol, ...args: unknown[]): boolean {
        const isTail = name === 'message' && String(args[0]).includes('"lost') && String(args[0]).includes('"id":"')
        if (isTail && swallowed < 2) {
          swallowed += 1
          return true
        }
        return super.emit(name, ...args)
      }
    }
    const { client } = connectClient(url, { WebSocket: Lossy })
    const following = collect(client.follow(ID), ({ logs }) => logs.at(-1)?.message === 'lost2')
    await collect(connectClient(url).client.follow(ID), () => true)
    await write(url, ['lost1'])
    await write(url, ['lost2'])
    const sinceMs = performance.now()
    const followed = await following
    expect(swallowed).toBeGreaterThan(0)
    expect(followed.seqs).toEqual(upTo(5))
    expect(performance.now() - sinceMs).toBeLessThan(SYNC_INTERVAL_MS * 1.1 + 2500)
  },
)
