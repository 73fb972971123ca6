// What a watch says it holds, after gaps, holes, resets and everything together: first, last and exactly what is missing in between. Invariant 5.

import { emptyExecution, fold, RuntailError, type ExecutionLog, type LogPage, type SeqRange } from '@runtail/core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { ExecutionView } from '../src/execution-watch.ts'
import type { FollowListener, FollowSource } from '../src/follow.ts'
import type { ExecutionSnapshot } from '../src/types.ts'
import { until, upTo } from './support/client.ts'

const ID = 'run-1'
const base = emptyExecution({ id: ID, workflow_id: 'w', created_at: '2026-01-01T00:00:00Z' })

const logAt = (seq: number): ExecutionLog => ({
  id: `l${seq}`,
  execution_id: ID,
  seq,
  timestamp: '2026-01-01T00:00:00Z',
  level: 'info',
  step_name: '',
  step_type: '',
})

/** A server that has some of the logs up to a head, and sends what the test says. */
class Server implements FollowSource {
  head = 0
  epoch = 'a'
  lost = new Set<number>()
  #listener: FollowListener | undefined

  subscribe(_id: string, _after: unknown, listener: FollowListener): () => void {
    this.#listener = listener
    queueMicrotask(() => this.sync())
    return () => undefined
  }

  /** A frame of what is there of a range; `lost` ends it. */
  send(from: number, to: number, reset?: true): void {
    const logs = this.#neighbours(from, to)
    const last = logs.at(-1)?.seq ?? from - 1
    this.#listener?.frame(`${this.epoch}:${last}`, { from, logs, head: this.head, ...(reset && { reset }) })
  }

  sync(): void {
    this.#listener?.frame(`${this.epoch}:0`, { from: 1, logs: [], head: this.head })
  }

  lose(): void {
    this.#listener?.ended(new RuntailError('disconnected', { message: 'lost' }))
  }

  read(_id: string, after: number, limit: number): Promise<LogPage> {
    let from = after + 1
    while (this.lost.has(from) && from <= this.head) from += 1
    const logs = this.#neighbours(from, Math.min(this.head, from + Math.min(limit, 7) - 1))
    const cursor = `${this.epoch}:${logs.at(-1)?.seq ?? after}`
    return Promise.resolve({ from: logs.length > 0 ? from : 0, logs, head: this.head, cursor })
  }

  get() {
    return Promise.resolve(upTo(this.head).reduce((execution, seq) => fold(execution, logAt(seq)), base))
  }

  #neighbours(from: number, to: number): ExecutionLog[] {
    const logs: ExecutionLog[] = []
    for (let seq = from; seq <= to && !this.lost.has(seq); seq += 1) logs.push(logAt(seq))
    return logs
  }
}

function watching(server: Server) {
  const onError = (error: unknown): void => {
    throw error
  }
  const view = new ExecutionView(server, ID, { onError })
  onTestFinished(view.subscribe(() => {}))
  return {
    view,
    reached: (last: number) => until(view, ({ completeness, head }) => completeness.last === last && head >= last),
  }
}

/** What must be said where everything up to the head was asked for, told by the buffer alone. */
function heldOf({ logs, head }: ExecutionSnapshot): ExecutionSnapshot['completeness'] {
  const held = upTo(head).filter((seq) => logs.has(seq))
  const [first = 0, last = 0] = [held[0], held.at(-1)]
  const before: SeqRange[] = first > 1 ? [{ from: 1, to: first - 1 }] : []
  return { first, last, gaps: [...before, ...logs.holes()], unloaded: [] }
}

test('nothing yet', () => {
  const { view } = watching(new Server())
  expect(view.getSnapshot().completeness).toEqual({ first: 0, last: 0, gaps: [], unloaded: [] })
})

test('a hole that can be filled is none', async () => {
  const server = new Server()
  const { reached } = watching(server)
  server.head = 30
  await reached(30)
  server.head = 60
  server.send(50, 60)
  expect((await reached(60)).completeness).toEqual({ first: 1, last: 60, gaps: [], unloaded: [] })
})

test('what the server has lost in the middle is a gap for as long as the view lives, wherever it met it', async () => {
  const server = new Server()
  const { reached } = watching(server)
  server.head = 30
  server.lost = new Set([12, 13, 20])
  const gaps = [
    { from: 12, to: 13 },
    { from: 20, to: 20 },
  ]
  expect((await reached(30)).completeness).toEqual({ first: 1, last: 30, gaps, unloaded: [] })
  server.head = 31
  server.send(31, 31)
  expect((await reached(31)).completeness).toEqual({ first: 1, last: 31, gaps, unloaded: [] })
})

test('what was removed at the beginning is a gap too', async () => {
  const server = new Server()
  server.head = 30
  server.lost = new Set(upTo(12))
  expect((await watching(server).reached(30)).completeness).toEqual({
    first: 13,
    last: 30,
    gaps: [{ from: 1, to: 12 }],
    unloaded: [],
  })
})

test('where everything is lost, all of it is the gap', async () => {
  const server = new Server()
  server.head = 9
  server.lost = new Set(upTo(9))
  const { view } = watching(server)
  const { completeness } = await until(view, ({ head, status }) => head === 9 && status === 'live')
  expect(completeness).toEqual({ first: 0, last: 0, gaps: [{ from: 1, to: 9 }], unloaded: [] })
})

test('a lost end is a gap until later logs come', async () => {
  const server = new Server()
  server.head = 9
  server.lost = new Set([7, 8, 9])
  const { view, reached } = watching(server)
  const { completeness } = await until(view, ({ completeness: { gaps } }) => gaps.length > 0)
  expect(completeness).toEqual({ first: 1, last: 6, gaps: [{ from: 7, to: 9 }], unloaded: [] })
  server.head = 10
  server.send(10, 10)
  expect((await reached(10)).completeness).toEqual({ first: 1, last: 10, gaps: [{ from: 7, to: 9 }], unloaded: [] })
})

test('a reset voids the gaps with the logs', async () => {
  const server = new Server()
  server.head = 30
  server.lost = new Set([12])
  const { reached } = watching(server)
  expect((await reached(30)).completeness.gaps).toHaveLength(1)
  server.epoch = 'b'
  server.lost = new Set([3])
  server.head = 5
  server.send(1, 5, true)
  server.send(5, 5)
  expect((await reached(5)).completeness).toEqual({ first: 1, last: 5, gaps: [{ from: 3, to: 3 }], unloaded: [] })
})

test('says what the buffer holds, whatever was lost', async () => {
  const lost = fc.uniqueArray(fc.integer({ min: 1, max: 40 }))
  await fc.assert(
    fc.asyncProperty(lost, fc.array(fc.integer({ min: 1, max: 40 })), async (missing, frames) => {
      const server = new Server()
      server.head = 41
      server.lost = new Set(missing)
      const view = new ExecutionView(server, ID, { onError: () => undefined })
      const leave = view.subscribe(() => {})
      await until(view, ({ head }) => head === 41)
      for (const from of frames) server.send(from, Math.min(from + 5, server.head))
      server.sync()
      const snapshot = await until(view, ({ completeness }) => completeness.last === 41)
      leave()
      expect(snapshot.completeness).toEqual(heldOf(snapshot))
      expect(upTo(41).filter((seq) => !snapshot.logs.has(seq))).toEqual(missing.toSorted((a, b) => a - b))
    }),
    { numRuns: 50 },
  )
})
