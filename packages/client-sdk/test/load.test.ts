// Views that open at the end and load the rest, on a real server: what is held, gone and unloaded, through aborts, lost connections, removals and resets.

import type { SeqRange } from '@runtail/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Completeness, ExecutionWatch, RuntailClient } from '../src/node/index.ts'
import { collect, connectClient, isEnd, until, upTo } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { startServer, trpcUrl } from './support/server.ts'

const LINES = 5000

/** A server with an execution of so many lines, its first one included. */
async function withLines(lines = LINES) {
  const started = await startServer()
  const producer = connectClient(started.url).client
  const execution = await producer.startExecution({ workflow_id: 'w' })
  for (let index = 2; index <= lines; index += 1) execution.log(`line ${index}`)
  await execution.flush()
  return { ...started, execution }
}

function watching(client: RuntailClient, executionId: string, last: number): ExecutionWatch {
  const watch = client.watch(executionId, { last })
  onTestFinished(watch.subscribe(() => {}))
  return watch
}

const live = (watch: ExecutionWatch) => until(watch, ({ status }) => status === 'live')
const completeness = (watch: ExecutionWatch): Completeness => watch.getSnapshot().completeness

describe('opened at the end', () => {
  test('has the last lines, the newest state, and says what it did not load', async () => {
    const { url, execution } = await withLines()
    const watch = watching(connectClient(url).client, execution.id, 1000)
    const snapshot = await live(watch)
    expect(snapshot).toMatchObject({ head: LINES, execution: { status: 'running', head_seq: LINES } })
    expect(snapshot.execution?.log_counts.info).toBe(LINES)
    const unloaded = [{ from: 1, to: LINES - 1000 }]
    expect(snapshot.completeness).toEqual({ first: LINES - 999, last: LINES, gaps: [], unloaded })
    await execution.complete()
    const ended = await until(watch, ({ status }) => status === 'ended')
    expect(ended.completeness).toEqual({ first: LINES - 999, last: LINES + 1, gaps: [], unloaded })
  })

  test('has all where there are fewer, none where none are wanted', async () => {
    const { url, execution } = await withLines(10)
    const { client } = connectClient(url)
    const whole = await live(watching(client, execution.id, 1000))
    expect(whole.completeness).toEqual({ first: 1, last: 10, gaps: [], unloaded: [] })
    const empty = watching(client, execution.id, 0)
    await live(empty)
    expect(completeness(empty)).toEqual({ first: 0, last: 0, gaps: [], unloaded: [{ from: 1, to: 10 }] })
    execution.log('more')
    const grown = await until(empty, ({ head }) => head === 11)
    expect(grown.completeness).toEqual({ first: 11, last: 11, gaps: [], unloaded: [{ from: 1, to: 10 }] })
  })

  test('is shared by those who begin alike', async () => {
    const { url, execution } = await withLines(10)
    const { client } = connectClient(url)
    const watch = client.watch(execution.id, { last: 5 })
    expect(client.watch(execution.id, { last: 5 })).toBe(watch)
    expect(client.watch(execution.id, { last: 6 })).not.toBe(watch)
    expect(client.watch(execution.id)).not.toBe(watch)
  })

  test('follows from the last lines too, and goes on from a cursor', async () => {
    const { url, execution } = await withLines(100)
    await execution.complete()
    const { client } = connectClient(url)
    const followed = await collect(client.follow(execution.id, { last: 10 }), isEnd)
    expect(followed.seqs).toEqual(upTo(101).slice(-10))
    expect(followed.updates.flatMap(({ gaps }) => gaps)).toEqual([])
    expect(followed.updates.at(-1)?.execution).toMatchObject({ status: 'completed', head_seq: 101 })
    const after = followed.updates[0]?.cursor.replace(/:.*/, ':99') ?? ''
    expect((await collect(client.follow(execution.id, { after, last: 10 }), isEnd)).seqs).toEqual([100, 101])
  })
})

describe('loads', () => {
  test('what is asked for, in the middle, at the beginning, all of it', async () => {
    const { url, execution } = await withLines()
    const watch = watching(connectClient(url).client, execution.id, 100)
    await live(watch)
    await watch.load({ from: 2001, to: 2100 })
    expect(completeness(watch)).toEqual({
      first: 2001,
      last: LINES,
      gaps: [],
      unloaded: [
        { from: 1, to: 2000 },
        { from: 2101, to: LINES - 100 },
      ],
    })
    await watch.load({ from: -5, to: 10 })
    await watch.load({ from: 1, to: Infinity })
    const { logs } = watch.getSnapshot()
    expect(completeness(watch)).toEqual({ first: 1, last: LINES, gaps: [], unloaded: [] })
    expect(upTo(LINES).filter((seq) => seq > 1 && logs.messageAt(seq) !== `line ${seq}`)).toEqual([])
    // Nothing is left to do.
    await watch.load({ from: 1, to: LINES })
    await watch.load({ from: LINES + 1, to: LINES + 10 })
  })
})

test('many at once share what is under way, whoever leaves', async () => {
  const { port, execution } = await withLines()
  const proxy = await startProxy(port)
  const { client } = connectClient(trpcUrl(proxy.port))
  const watch = watching(client, execution.id, 0)
  await live(watch)
  const leaving = new AbortController()
  const ranges: SeqRange[] = [
    { from: 1, to: 3000 },
    { from: 500, to: 1500 },
    { from: 1, to: 3000 },
  ]
  const loads = ranges.map((range) => watch.load(range))
  const left = watch.load({ from: 1, to: LINES }, { signal: leaving.signal })
  leaving.abort()
  await expect(left).rejects.toBe(leaving.signal.reason)
  await expect(watch.load({ from: 1, to: 2 }, { signal: leaving.signal })).rejects.toBe(leaving.signal.reason)
  await Promise.all(loads)
  expect(completeness(watch).unloaded.at(-1)).toMatchObject({ to: LINES })
  expect(watch.getSnapshot().logs.count).toBeLessThanOrEqual(4000)
})
