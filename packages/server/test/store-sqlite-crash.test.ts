// Invariant 2 with real processes: what was acknowledged is there after SIGKILL, and after a disk that refused to take more.

import fc from 'fast-check'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { SqliteStore } from '../src/store/sqlite.ts'
import { temporaryFolder } from './support/folder.ts'
import { logs, parsed, range } from './support/logs.ts'

const path = temporaryFolder()
const program = join(import.meta.dirname, 'programs/append-forever.ts')

/** Runs the appending program; `onLine` may kill it. Resolves with its lines and the signal that ended it. */
async function appendForever(database: string, onLine: (line: string, kill: () => void) => void, limitBlocks?: number) {
  const command = [process.execPath, '--conditions=@runtail/source', program, database]
  const limited = ['sh', '-c', `ulimit -f ${limitBlocks}; exec "$@"`, 'sh', ...command]
  const [file = '', ...args] = limitBlocks === undefined ? command : limited
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    onLine(line, () => child.kill('SIGKILL'))
  }
  const [, signal] = (await exit) as [number | null, NodeJS.Signals | null]
  return { lines, signal }
}

const lastAck = (lines: readonly string[]): number =>
  Number(lines.findLast((line) => line.startsWith('ack '))?.slice('ack '.length) ?? 0)

/** Everything from 1 to the head, each id once, in order; gives the head. */
async function checkedHead(database: string): Promise<number> {
  const store = await SqliteStore.open({ path: database })
  const { block, head } = await store.read('a', { maxLogs: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER })
  const execution = await store.get('a')
  await store.close()
  expect(parsed(block).map(({ seq }) => seq)).toStrictEqual(range(1, head))
  expect(parsed(block).map(({ id }) => id)).toStrictEqual(logs('a', 1, head).map(({ id }) => id))
  expect(execution).toMatchObject({ head_seq: head, log_counts: { info: head } })
  return head
}

describe('SQLite store', () => {
  test('kill -9 in the middle of appends, again and again: all that was acknowledged is there, once', async () => {
    const [rounds = []] = fc.sample(fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 5, maxLength: 5 }), 1)
    console.info(`kills after so many acks: ${rounds.join(', ')}`)
    const database = path('killed.db')
    let head = 0
    for (const killAfter of rounds) {
      let acks = 0
      const { lines, signal } = await appendForever(database, (_, kill) => {
        acks += 1
        if (acks === killAfter) kill()
      })
      expect(signal).toBe('SIGKILL')
      expect(lastAck(lines)).toBeGreaterThan(head)
      head = await checkedHead(database)
      expect(head).toBeGreaterThanOrEqual(lastAck(lines))
    }
  }, 60_000)

  test('a disk that takes no more: the append is refused as retryable, what was acknowledged is there, once', async () => {
    const database = path('full.db')
    const blocksOf512Bytes = 2000
    const { lines } = await appendForever(database, () => {}, blocksOf512Bytes)
    const acknowledged = lastAck(lines)
    expect(acknowledged).toBeGreaterThan(0)
    expect(lines.at(-2)).toMatch(/^failed store_unavailable Database .*full\.db/)
    expect(lines.at(-1)).toBe(`head ${acknowledged}`)
    expect(await checkedHead(database)).toBe(acknowledged)
  }, 30_000)
})
