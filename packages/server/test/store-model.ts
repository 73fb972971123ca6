// Random histories of calls run over a store and over the simplest model there is (a list of ids per execution); both must say the same.

import { emptyExecution, fold, type Execution, type ExecutionLog } from '@runtail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Store } from '../src/store/store.ts'
import { created, log, parsed, range } from './support/logs.ts'

const EVENTS = [undefined, undefined, 'execution.progress', 'execution.completed', 'execution.failed'] as const

const executionId = fc.constantFrom('a', 'b', 'c')
const batch = fc.record({
  execution_id: executionId,
  // Few ids, so that duplicates are frequent; long ones among them, so that blocks get cut by bytes.
  logs: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 12 }).map(String),
      width: fc.constantFrom(0, 10, 400),
      event: fc.constantFrom(...EVENTS),
    }),
    { maxLength: 8 },
  ),
})
const call = fc.oneof(
  { weight: 1, arbitrary: fc.record({ create: executionId }) },
  { weight: 4, arbitrary: fc.record({ append: fc.array(batch, { maxLength: 4 }) }) },
)
const limits = fc.record({ maxLogs: fc.integer({ min: 1, max: 9 }), maxBytes: fc.integer({ min: 1, max: 2000 }) })

type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never
type Limits = typeof limits extends fc.Arbitrary<infer Value> ? Value : never
/** The ids of each execution, in order. */
type Model = Map<string, string[]>

/** The property, as a test of the suite that surrounds it. A failure prints the seed and the path to run it again. */
export function storeModel(open: () => Promise<Store>): void {
  test('random histories: the store says what the model says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), limits, async (calls, cut) => {
        const store = await open()
        const model: Model = new Map()
        for (const one of calls) {
          const answer = await applied(store, one)
          expect({ answer }).toMatchObject({ answer: expected(model, one) })
          await expectHandedAsRead(store, one, answer)
        }
        for (const [id, ids] of model) {
          const forward = await readForward(store, id, cut)
          expect(forward.map((stored) => stored.id)).toStrictEqual(ids)
          expect(forward.map((stored) => stored.seq)).toStrictEqual(range(1, ids.length))
          expect(await readBackward(store, id, cut)).toStrictEqual(forward)
          expect(await store.get(id)).toStrictEqual(forward.reduce<Execution>(fold, emptyExecution(created(id))))
        }
        await store.close()
      }),
      { numRuns: 60 },
    )
  })
}

/** What an append hands over is what a read gives of the logs that it accepted: up to its head, without the repeats. */
async function expectHandedAsRead(store: Store, one: Call, answer: Awaited<ReturnType<typeof applied>>): Promise<void> {
  if ('create' in one || typeof answer === 'number') return
  for (const [index, outcome] of answer.entries()) {
    if (!('result' in outcome)) continue
    const { head, accepted } = outcome.result
    if (!outcome.block) continue
    const range = { after: head - accepted, maxLogs: accepted, maxBytes: Number.MAX_SAFE_INTEGER }
    const { block } = await store.read(one.append[index]?.execution_id ?? '', range)
    const { from, lines } = outcome.block
    expect({ from, lines }).toStrictEqual({ from: block.from, lines: block.lines })
  }
}

/** What the store answers, without what the model has no opinion on. */
async function applied(store: Store, one: Call) {
  if ('create' in one) return (await store.create(created(one.create))).head_seq
  const outcomes = await store.append(
    one.append.map(({ execution_id: id, logs }) => ({
      execution_id: id,
      logs: logs.map((sent) =>
        log(id, sent.id, {
          message: 'é'.repeat(sent.width),
          ...(sent.event && { event: sent.event }),
          ...(sent.event === 'execution.progress' && { progress: sent.width / 8 }),
        }),
      ),
    })),
  )
  return outcomes.map((outcome) => (outcome.ok ? outcome : { ok: false }))
}

/** What the model answers. */
function expected(model: Model, one: Call) {
  if ('create' in one) {
    const ids = model.get(one.create) ?? []
    model.set(one.create, ids)
    return ids.length
  }
  return one.append.map(({ execution_id: id, logs }) => {
    const ids = model.get(id)
    if (!ids) return { ok: false }
    let accepted = 0
    for (const sent of logs) {
      if (ids.includes(sent.id)) continue
      ids.push(sent.id)
      accepted += 1
    }
    return { ok: true, result: { head: ids.length, accepted, duplicates: logs.length - accepted } }
  })
}

/** Page after page from the first log. */
async function readForward(store: Store, id: string, cut: Limits): Promise<ExecutionLog[]> {
  const read: ExecutionLog[] = []
  for (;;) {
    const { block } = await store.read(id, { after: read.length, ...cut })
    if (block.lines.length === 0) return read
    expectWithin(block.lines, cut)
    read.push(...parsed(block))
  }
}

/** Page before page from the last log. */
async function readBackward(store: Store, id: string, cut: Limits): Promise<ExecutionLog[]> {
  const pages: ExecutionLog[][] = []
  let before = Number.MAX_SAFE_INTEGER
  while (before > 1) {
    const { block } = await store.read(id, { before, ...cut })
    if (block.lines.length === 0) break
    expectWithin(block.lines, cut)
    pages.unshift(parsed(block))
    before = block.from
  }
  return pages.flat()
}

function expectWithin(lines: readonly string[], cut: Limits): void {
  expect(lines.length).toBeLessThanOrEqual(cut.maxLogs)
  const mayBeLarger = lines.length === 1
  expect(mayBeLarger || Buffer.byteLength(lines.join('')) <= cut.maxBytes).toBe(true)
}
