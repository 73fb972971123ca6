// The follower over a source that overlaps, repeats, loses, fails and hurries: every log once and in order, and no more in memory than it must be.

import { emptyExecution, fold, RuntailError, type Execution, type ExecutionLog, type LogPage } from '@runtail/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { follow, type FollowListener, type FollowSource, type FollowStart } from '../src/follow.ts'
import type { FollowUpdate } from '../src/types.ts'
import { upTo } from './support/client.ts'

const ID = 'run-1'
const base = emptyExecution({ id: ID, workflow_id: 'w', created_at: '2026-01-01T00:00:00Z' })

function logAt(seq: number): ExecutionLog {
  const place = { id: `l${seq}`, execution_id: ID, seq, timestamp: '2026-01-01T00:00:00Z' }
  return { ...place, level: 'info', step_name: '', step_type: '' }
}

/** An execution with logs up to `head`, of which those up to `removed` are gone. */
class ModelSource implements FollowSource {
  head = 0
  removed = 0
  epoch = 'a'
  reads = 0
  readonly subscriptions: { after: string | number | undefined; stopped: boolean }[] = []
  /** What the next subscriptions do. */
  readonly scripts: ((listener: FollowListener, after: string | number | undefined) => void)[] = []

  subscribe(_id: string, { after }: FollowStart, listener: FollowListener): () => void {
    const subscription = { after, stopped: false }
    this.subscriptions.push(subscription)
    const script = this.scripts.shift()
    queueMicrotask(() => {
      if (script) script(listener, after)
      else
        this.send(
          listener,
          Number(
            String(after ?? 0)
              .split(':')
              .at(-1),
          ) + 1,
          this.head,
        )
    })
    return () => void (subscription.stopped = true)
  }

  send(listener: FollowListener, from: number, to: number): void {
    const logs = upTo(Math.max(0, to - from + 1)).map((index) => logAt(from + index - 1))
    listener.frame(`${this.epoch}:${to}`, { from, logs, head: this.head })
  }

  read(_id: string, after: number, limit: number): Promise<LogPage> {
    this.reads += 1
    const from = Math.max(after, this.removed) + 1
    const logs = upTo(Math.max(0, Math.min(this.head - from + 1, limit, 7))).map((index) => logAt(from + index - 1))
    const cursor = `${this.epoch}:${logs.at(-1)?.seq ?? after}`
    return Promise.resolve({ from: logs.length > 0 ? from : 0, logs, head: this.head, cursor })
  }

  get(): Promise<Execution> {
    return Promise.resolve(upTo(this.head).reduce((execution, seq) => fold(execution, logAt(seq)), base))
  }
}

async function take(
  source: FollowSource,
  isLast: (update: FollowUpdate) => boolean,
  after?: string | number,
): Promise<FollowUpdate[]> {
  const updates: FollowUpdate[] = []
  const start = after === undefined ? {} : { after }
  for await (const update of follow(source, ID, { ...start, signal: new AbortController().signal })) {
    updates.push(update)
    if (isLast(update)) break
  }
  return updates
}

const seqsOf = (updates: readonly FollowUpdate[]): number[] => updates.flatMap(({ logs }) => logs.map(({ seq }) => seq))

// Found by chaos: a follower that came back with its cursor was told of the end beside an older head, and left 43 logs early.
test('an end that is known already is never beside a head before it', async () => {
  const source = new ModelSource()
  source.head = 5
  source.scripts.push((listener) => {
    source.send(listener, 6, 5)
    // Stored after the frame was made, before the server is asked for the execution.
    source.head = 8
    source.send(listener, 6, 8)
  })
  const updates = await take(source, ({ cursor, head }) => cursor === `a:${head}`, 'a:5')
  expect(updates.map(({ head, execution }) => [head, execution.head_seq])).toEqual([
    [8, 8],
    [8, 8],
  ])
  expect(seqsOf(updates)).toEqual([6, 7, 8])
})
const reaches =
  (seq: number) =>
  (update: FollowUpdate): boolean =>
    Number(update.cursor.split(':')[1]) >= seq

const step = fc.oneof(
  fc.record({
    type: fc.constant('frame' as const),
    from: fc.integer({ min: -5, max: 5 }),
    count: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ type: fc.constantFrom('lost' as const, 'ended' as const), from: fc.constant(0), count: fc.constant(0) }),
)

test('every log once, in order, and the fold of all', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 60 }),
      async (scripts, head) => {
        const source = new ModelSource()
        source.head = head
        source.scripts.push(
          ...scripts.map((steps) => (listener: FollowListener, after: string | number | undefined) => {
            let at = Number(String(after ?? 0).split(':')[1] ?? 0)
            for (const { type, from, count } of steps) {
              if (type === 'lost') return listener.ended(new RuntailError('disconnected', { message: 'lost' }))
              if (type === 'ended') return listener.ended()
              const first = Math.min(head, Math.max(1, at + 1 + from))
              const last = Math.min(head, first + count - 1)
              source.send(listener, first, last)
              at = Math.max(at, last)
            }
            listener.ended(new RuntailError('disconnected', { message: 'lost' }))
          }),
        )
        const updates = await take(source, reaches(head))
        expect(seqsOf(updates)).toEqual(upTo(head))
        expect(updates.at(-1)?.execution).toEqual(await source.get())
        expect(updates.flatMap(({ gaps }) => gaps)).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})

describe('where it goes on', () => {
  test('from its own cursor after a loss', async () => {
    const source = new ModelSource()
    source.head = 10
    source.scripts.push((listener) => {
      source.send(listener, 1, 4)
      listener.ended(new RuntailError('disconnected', { message: 'lost' }))
    })
    const updates = await take(source, reaches(10))
    expect(source.subscriptions.map(({ after }) => after)).toEqual([undefined, 'a:4'])
    expect(seqsOf(updates)).toEqual(upTo(10))
  })

  test('from a seq, and from a cursor, with the newest state of the server', async () => {
    for (const after of [6, 'a:6']) {
      const source = new ModelSource()
      source.head = 10
      const updates = await take(source, reaches(10), after)
      expect(source.subscriptions[0]?.after).toBe(after)
      expect(seqsOf(updates)).toEqual([7, 8, 9, 10])
      expect(updates.at(-1)?.execution.log_counts.info).toBe(10)
    }
  })
})

test('what the server no longer has is a visible gap', async () => {
  const source = new ModelSource()
  source.head = 30
  source.removed = 12
  source.scripts.push((listener) => source.send(listener, 20, 30))
  const updates = await take(source, reaches(30))
  expect(updates.flatMap(({ gaps }) => gaps)).toEqual([{ from: 1, to: 12 }])
  expect(seqsOf(updates)).toEqual(upTo(30).slice(12))
  expect(updates.at(-1)?.execution.log_counts.info).toBe(30)
})

test('a gap is told to whoever wants few of the lines, and what is left out moves on', async () => {
  const source = new ModelSource()
  source.head = 30
  source.removed = 12
  source.scripts.push((listener) => source.send(listener, 20, 30))
  const updates: FollowUpdate[] = []
  for await (const update of follow(source, ID, { levels: ['error'], signal: new AbortController().signal })) {
    updates.push(update)
    if (update.cursor === 'a:30') break
  }
  expect(updates.flatMap(({ gaps }) => gaps)).toEqual([{ from: 1, to: 12 }])
  expect(seqsOf(updates)).toEqual([])
  expect(updates.at(-1)).toMatchObject({ head: 30, execution: { head_seq: 30, log_counts: { info: 30 } } })
})

test('an end that was announced and never came is fetched', async () => {
  const source = new ModelSource()
  source.head = 10
  source.scripts.push((listener) => {
    source.send(listener, 1, 8)
    listener.frame('a:8', { from: 9, logs: [], head: 10 })
  })
  expect(seqsOf(await take(source, reaches(10)))).toEqual(upTo(10))
  expect(source.reads).toBe(1)
})

test('a server that is behind its own word is asked again, and nothing is called lost', async () => {
  const source = new ModelSource()
  source.head = 5
  source.scripts.push((listener) => {
    listener.frame('a:5', { from: 9, logs: [], head: 8 })
    source.head = 8
  })
  const updates = await take(source, reaches(8))
  expect(seqsOf(updates)).toEqual(upTo(8))
  expect(updates.flatMap(({ gaps }) => gaps)).toEqual([])
})

test('another store is told once, and begins at 1', async () => {
  const source = new ModelSource()
  source.head = 5
  source.scripts.push(
    (listener) => {
      source.send(listener, 1, 5)
      listener.ended(new RuntailError('disconnected', { message: 'restored' }))
    },
    (listener) => {
      source.epoch = 'b'
      source.head = 3
      listener.frame('b:2', { from: 1, logs: [logAt(1), logAt(2)], head: 3, reset: true })
      source.send(listener, 3, 3)
    },
  )
  const updates = await take(source, ({ cursor }) => cursor === 'b:3')
  expect(updates.map(({ reset }) => reset)).toEqual([false, true, false])
  expect(seqsOf(updates)).toEqual([...upTo(5), 1, 2, 3])
  expect(updates.at(-1)?.execution.head_seq).toBe(3)
})

test('another epoch without a reset is the same store, opened again', async () => {
  const source = new ModelSource()
  source.head = 5
  source.scripts.push(
    (listener) => {
      source.send(listener, 1, 3)
      listener.ended(new RuntailError('disconnected', { message: 'restarted' }))
    },
    (listener) => {
      source.epoch = 'b'
      source.send(listener, 4, 4)
      // Another process opened it too.
      source.epoch = 'c'
      source.send(listener, 5, 5)
    },
  )
  const updates = await take(source, reaches(5))
  expect(updates.some(({ reset }) => reset)).toBe(false)
  expect(seqsOf(updates)).toEqual(upTo(5))
  expect(updates.map(({ cursor }) => cursor)).toEqual(['a:3', 'b:4', 'c:5'])
  expect(source.subscriptions.map(({ after }) => after)).toEqual([undefined, 'a:3'])
})

test('a page of another epoch fills a hole only after the store was asked about our position', async () => {
  const source = new ModelSource()
  source.head = 10
  source.scripts.push((listener) => {
    source.send(listener, 1, 2)
    source.send(listener, 8, 10)
    source.epoch = 'b'
  })
  const updates = await take(source, reaches(10))
  expect(source.subscriptions.map(({ after }) => after)).toEqual([undefined, 'a:2'])
  expect(seqsOf(updates)).toEqual(upTo(10))
})

test('a page of another store does not fill a hole', async () => {
  const source = new ModelSource()
  source.head = 10
  source.scripts.push((listener) => {
    source.send(listener, 1, 2)
    source.send(listener, 8, 10)
    source.epoch = 'b'
  })
  source.scripts.push((listener) => {
    listener.frame('b:10', { from: 1, logs: upTo(10).map(logAt), head: 10, reset: true })
  })
  const updates = await take(source, ({ cursor }) => cursor === 'b:10')
  expect(source.subscriptions.map(({ after }) => after)).toEqual([undefined, 'a:2'])
  expect(updates.at(-1)?.logs).toHaveLength(10)
})

test.each(['not_found', 'forbidden', 'unauthorized'] as const)('%s is thrown', async (code) => {
  const source = new ModelSource()
  source.scripts.push((listener) => listener.ended(new RuntailError(code, { message: 'no' })))
  await expect(take(source, () => true)).rejects.toMatchObject({ code })
})

test('a slow consumer stops the stream, and has it go on where it stands', async () => {
  const source = new ModelSource()
  source.head = 500
  let sent = 0
  source.scripts.push((listener) => {
    for (sent = 0; sent < 500 && !source.subscriptions[0]?.stopped; sent += 1) source.send(listener, sent + 1, sent + 1)
  })
  const seqs: number[] = []
  for await (const { logs } of follow(source, ID, { signal: new AbortController().signal })) {
    seqs.push(...logs.map(({ seq }) => seq))
    if (seqs.at(-1) === 500) break
    await Promise.resolve()
  }
  expect(sent).toBe(64)
  expect(source.subscriptions.map(({ after }) => after)).toEqual([undefined, 'a:64'])
  expect(seqs).toEqual(upTo(500))
})

test.each([
  ['an update', () => Promise.resolve(base)],
  ['a failure', () => Promise.reject(new RuntailError('not_found', { message: 'gone' }))],
])('%s that was under way when the follower was aborted does not come any more', async (_what, answer) => {
  const source = new ModelSource()
  source.head = 3
  const leave = new AbortController()
  source.get = () => {
    leave.abort()
    return answer()
  }
  // Whoever goes on elsewhere with the cursor that it has would get these logs twice, or those of a store that is gone.
  expect(await follow(source, ID, { signal: leave.signal }).next()).toStrictEqual({ done: true, value: undefined })
})

test('leaving and aborting both stop the stream', async () => {
  const source = new ModelSource()
  source.head = 3
  await take(source, () => true)
  const abort = new AbortController()
  const rest: FollowUpdate[] = []
  for await (const update of follow(source, ID, { signal: abort.signal })) {
    rest.push(update)
    abort.abort()
  }
  expect(rest).toHaveLength(1)
  expect(source.subscriptions.map(({ stopped }) => stopped)).toEqual([true, true])
})
