// Live frames, loads, answers in any order, removals, reopened and wiped stores against a model: at every moment each seq up to the head is held, gone or unloaded, and rightly so.

import { RuntailError, type SeqRange } from '@runtail/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ExecutionView } from '../src/execution-watch.ts'
import { upTo } from './support/client.ts'
import { disconnected, ModelServer } from './support/model-server.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const MOST = 40
const range = fc
  .tuple(fc.integer({ min: -2, max: MOST }), fc.integer({ min: 0, max: 20 }))
  .map(([from, more]): SeqRange => ({ from, to: from + more }))
const some = fc.integer({ min: 1, max: 9 })

const command = fc.oneof(
  fc.record({ type: fc.constant('append' as const), count: some }),
  fc.record({ type: fc.constant('send' as const), range }),
  fc.record({ type: fc.constant('deliver' as const), count: some }),
  fc.record({ type: fc.constant('load' as const), range }),
  fc.record({ type: fc.constant('leave' as const), index: fc.nat() }),
  fc.record({ type: fc.constant('answer' as const), index: fc.nat() }),
  fc.record({ type: fc.constant('answer' as const), index: fc.nat() }),
  fc.record({ type: fc.constant('refuse' as const), index: fc.nat(), retryable: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), range }),
  fc.record({ type: fc.constantFrom('lose' as const, 'reopen' as const, 'unwatch' as const, 'pass time' as const) }),
  fc.record({ type: fc.constant('wipe' as const), count: some }),
)
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never

/** One run: a server, a view on it, and what is under way. */
class Run {
  readonly server = new ModelServer()
  readonly view: ExecutionView
  readonly #loads: { readonly leaving: AbortController; readonly done: Promise<unknown> }[] = []
  #unsubscribe: () => void
  /** All that was ever removed from the present store, and from those before. */
  readonly #everRemoved = new Set<string>()

  constructor(last: number | undefined) {
    const onError = (error: unknown): void => {
      throw error
    }
    this.view = new ExecutionView(this.server, 'run-1', { ...(last !== undefined && { last }), onError })
    this.#unsubscribe = this.#subscribe()
  }

  async do(step: Command): Promise<void> {
    const { server } = this
    switch (step.type) {
      case 'append':
        server.append(step.count)
        break
      case 'send':
        server.send(step.range)
        break
      case 'deliver':
        server.deliver(step.count)
        break
      case 'load':
        this.#load(step.range)
        break
      case 'leave':
        this.#loads[step.index % Math.max(1, this.#loads.length)]?.leaving.abort()
        break
      case 'answer':
        server.answer(step.index)
        break
      case 'refuse':
        server.answer(step.index, step.retryable ? new RuntailError('overloaded', { message: 'no' }) : disconnected())
        break
      case 'remove':
        for (const seq of upTo(Math.min(step.range.to, server.head)).filter((one) => one >= step.range.from)) {
          server.removed.add(seq)
          this.#everRemoved.add(ModelServer.messageOf(seq, server.epoch))
        }
        break
      case 'wipe':
        server.wipe(step.count)
        break
      case 'lose':
      case 'reopen':
        server[step.type]()
        break
      case 'unwatch':
        this.#unsubscribe()
        await settle()
        this.#unsubscribe = this.#subscribe()
        break
      case 'pass time':
        await vi.advanceTimersByTimeAsync(10_000)
    }
    await settle()
    this.check()
  }

  /** Everything is answered until nothing is asked any more; then all of it must be there. */
  async finish(): Promise<void> {
    const { server, view } = this
    this.server.lose()
    for (let turn = 0; turn < 500; turn += 1) {
      while (server.asked.length > 0) server.answer(0)
      await vi.advanceTimersByTimeAsync(10)
      if (turn === 100) this.#load({ from: 1, to: Infinity })
      if (turn % 20 === 0) server.send({ from: 1, to: server.head })
      server.deliver(MOST)
    }
    await Promise.all(this.#loads.map(({ done }) => done))
    this.check()
    const { head, completeness, logs } = view.getSnapshot()
    expect(head).toBe(server.head)
    expect(seqsOf(completeness.gaps)).toEqual(upTo(head).filter((seq) => !logs.has(seq)))
    this.#unsubscribe()
    await settle()
  }

  /** What must hold at every moment. */
  check(): void {
    const { head, completeness, logs } = this.view.getSnapshot()
    const { first, last, gaps, unloaded } = completeness
    const held = upTo(head).filter((seq) => logs.has(seq))
    expect(logs.count).toBe(held.length)
    expect([first, last]).toEqual([held[0] ?? 0, held.at(-1) ?? 0])
    const all = [...held, ...seqsOf(gaps), ...seqsOf(unloaded)]
    expect(all.toSorted((one, other) => one - other)).toEqual(upTo(head))
    // All of one store, and nothing is called gone that is not.
    const stores = new Set(held.map((seq) => logs.messageAt(seq)?.split(' of ')[1]))
    expect(stores.size).toBeLessThanOrEqual(1)
    const [store] = stores
    for (const seq of seqsOf(gaps)) {
      if (store !== undefined) expect(this.#everRemoved).toContain(`${seq} of ${store}`)
    }
  }

  #load(wanted: SeqRange): void {
    const leaving = new AbortController()
    const done = this.view.load(wanted, { signal: leaving.signal }).then(
      () => {
        const { logs, head, completeness } = this.view.getSnapshot()
        const gone = new Set(seqsOf(completeness.gaps))
        const there = upTo(Math.min(head, wanted.to)).filter((seq) => seq >= wanted.from)
        expect(there.filter((seq) => !logs.has(seq) && !gone.has(seq))).toEqual([])
      },
      (reason: unknown) => {
        if (reason !== leaving.signal.reason) expect(reason).toMatchObject({ code: 'disconnected' })
      },
    )
    this.#loads.push({ leaving, done })
  }

  #subscribe(): () => void {
    return this.view.subscribe(() => this.check())
  }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

function seqsOf(ranges: readonly SeqRange[]): number[] {
  return ranges.flatMap(({ from, to }) => upTo(to - from + 1).map((index) => from + index - 1))
}

test('each seq is held, gone or unloaded, and a load leaves none unloaded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 60, size: 'max' }),
      fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      fc.integer({ min: 0, max: MOST }),
      async (commands, last, head) => {
        const run = new Run(last)
        run.server.append(head)
        await settle()
        for (const step of commands) await run.do(step)
        await run.finish()
        expect(run.view.getSnapshot().completeness.unloaded).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
}, 60_000)

test('what was called gone and still comes is held', async () => {
  const run = new Run(undefined)
  const { server, view } = run
  server.append(5)
  await settle()
  server.append(15)
  server.send({ from: 6, to: 15 })
  server.send({ from: 16, to: 20 })
  server.deliver(1)
  await settle()
  await run.do({ type: 'remove', range: { from: 16, to: 20 } })
  const load = view.load({ from: 16, to: 20 })
  await settle()
  server.answer(0)
  await load
  expect(view.getSnapshot().completeness).toMatchObject({ gaps: [{ from: 16, to: 20 }], unloaded: [] })
  await run.do({ type: 'deliver', count: 1 })
  expect(view.getSnapshot().completeness).toEqual({ first: 1, last: 20, gaps: [], unloaded: [] })
  await run.finish()
})
