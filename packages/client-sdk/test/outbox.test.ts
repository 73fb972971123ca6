// Nothing that goes in is lost without a count: each line is acknowledged, dropped (and counted by a gap in its place), or still there.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogLine } from '../src/log-line.ts'
import { MemoryOutbox, type OutboxBounds } from '../src/outbox.ts'

const line = (json: string, fields: Partial<LogLine> = {}): LogLine => ({
  json,
  bytes: 10,
  isMilestone: false,
  ...fields,
})
const gap = (dropped: number): LogLine => line(`gap ${dropped}`)

function outboxOf(bounds: Partial<OutboxBounds> = {}): { outbox: MemoryOutbox; drops: string[] } {
  const drops: string[] = []
  const outbox = new MemoryOutbox(
    { maxLogs: 100, maxBytes: 1e9, maxBatchBytes: 1e9, ...bounds },
    (_executionId, dropped) => gap(dropped),
    (executionId) => drops.push(executionId),
  )
  return { outbox, drops }
}

const texts = (lines: readonly LogLine[]): string[] => lines.map(({ json }) => json)

function fill(outbox: MemoryOutbox, count: number, executionId = 'e'): void {
  for (let index = 1; index <= count; index += 1) outbox.add(executionId, line(`${index}`))
}

describe('batches', () => {
  test('stay the same until they are settled', () => {
    const { outbox } = outboxOf()
    fill(outbox, 3)
    expect(texts(outbox.batch('e', 2))).toEqual(['1', '2'])
    outbox.add('e', line('4'))
    expect(texts(outbox.batch('e', 1000))).toEqual(['1', '2'])
    expect(outbox.oldest('e')).toBe(1)
    outbox.acknowledge('e', 2)
    expect(texts(outbox.batch('e', 1000))).toEqual(['3', '4'])
    expect(outbox.oldest('e')).toBe(3)
    outbox.acknowledge('e', 2)
    expect(outbox.batch('e', 1000)).toEqual([])
    expect(outbox.oldest('e')).toBe(Infinity)
    expect(outbox.stats).toEqual({ pending: 0, acknowledged: 4, dropped: 0 })
  })

  test('can be made smaller, in the same order', () => {
    const { outbox } = outboxOf()
    fill(outbox, 4)
    outbox.batch('e', 4)
    expect(texts(outbox.batch('e', 2))).toEqual(['1', '2'])
    outbox.acknowledge('e', 2)
    expect(texts(outbox.batch('e', 4))).toEqual(['3', '4'])
  })

  test('keep to their bytes, but a long line goes alone', () => {
    const { outbox } = outboxOf({ maxBatchBytes: 25 })
    fill(outbox, 3)
    outbox.add('e', line('long', { bytes: 100 }))
    outbox.add('e', line('after'))
    expect(texts(outbox.batch('e', 10))).toEqual(['1', '2'])
    outbox.acknowledge('e', 2)
    expect(texts(outbox.batch('e', 10))).toEqual(['3'])
    outbox.acknowledge('e', 1)
    expect(texts(outbox.batch('e', 10))).toEqual(['long'])
  })
})

describe('overflow', () => {
  test('drops the oldest that are not under way, counts them in their place, and tells once', () => {
    const { outbox, drops } = outboxOf({ maxLogs: 5 })
    fill(outbox, 2)
    outbox.batch('e', 2)
    for (let index = 3; index <= 20; index += 1) outbox.add('e', line(`${index}`))
    expect(outbox.stats).toEqual({ pending: 5, acknowledged: 0, dropped: 15 })
    expect(drops).toEqual(['e'])
    outbox.acknowledge('e', 2)
    expect(texts(outbox.batch('e', 10))).toEqual(['gap 15', '18', '19', '20'])
    outbox.acknowledge('e', 4)
    expect(outbox.stats).toEqual({ pending: 0, acknowledged: 5, dropped: 15 })
  })

  test('spares what tells the status', () => {
    const { outbox } = outboxOf({ maxLogs: 4 })
    outbox.add('e', line('started', { isMilestone: true }))
    fill(outbox, 5)
    outbox.add('e', line('completed', { isMilestone: true }))
    fill(outbox, 2)
    expect(texts(outbox.batch('e', 10))).toEqual(['started', 'gap 5', 'completed', '1', '2'])
  })

  test('takes from the execution that has the most', () => {
    const { outbox } = outboxOf({ maxLogs: 10 })
    fill(outbox, 2, 'quiet')
    fill(outbox, 20, 'loud')
    outbox.add('quiet', line('3'))
    expect(texts(outbox.batch('quiet', 10))).toEqual(['1', '2', '3'])
    expect(texts(outbox.batch('loud', 10))).toEqual(['gap 13', '14', '15', '16', '17', '18', '19', '20'])
  })

  test('takes from the one that has much, beside very many that have little, and from them when it has no more', () => {
    const { outbox } = outboxOf({ maxLogs: 3000 })
    const quiet = Array.from({ length: 1000 }, (_, index) => `quiet-${index}`)
    for (const [index, id] of quiet.entries()) {
      fill(outbox, 2, id)
      if (index === 500) fill(outbox, 1000, 'loud')
    }
    for (const id of quiet) fill(outbox, 1, `late-${id}`)
    expect(outbox.stats).toEqual({ pending: 3000, acknowledged: 0, dropped: 1000 })
    // A search looks at some of them: it may take a few from others before it meets the loud one.
    expect(quiet.filter((id) => outbox.batch(id, 10).length === 2).length).toBeGreaterThan(950)
    fill(outbox, 1500, 'last')
    expect(outbox.stats.pending).toBe(3000)
  })

  test('counts bytes, too', () => {
    const { outbox } = outboxOf({ maxBytes: 50 })
    fill(outbox, 20)
    expect(outbox.stats.pending).toBe(5)
  })
})

describe('refusal', () => {
  test('puts a gap in the place of the line', () => {
    const { outbox } = outboxOf()
    fill(outbox, 3)
    outbox.batch('e', 1)
    outbox.refuse('e', 'too strange')
    expect(texts(outbox.batch('e', 1))).toEqual(['gap 1'])
    outbox.acknowledge('e', 1)
    expect(texts(outbox.batch('e', 10))).toEqual(['2', '3'])
    expect(outbox.stats).toEqual({ pending: 2, acknowledged: 0, dropped: 1 })
  })

  test('of the gap itself ends there', () => {
    const { outbox } = outboxOf()
    fill(outbox, 1)
    outbox.batch('e', 1)
    outbox.refuse('e', 'no')
    outbox.batch('e', 1)
    outbox.refuse('e', 'no')
    expect(outbox.waiting('e')).toBe(0)
    expect(outbox.stats).toEqual({ pending: 0, acknowledged: 0, dropped: 1 })
  })

  test('of everything leaves nothing', () => {
    const { outbox } = outboxOf({ maxLogs: 5 })
    fill(outbox, 10)
    outbox.batch('e', 2)
    expect(outbox.giveUp('e', { code: 'conflict', reason: 'no' })).toBe(5)
    expect(outbox.stats).toEqual({ pending: 0, acknowledged: 0, dropped: 10 })
  })
})

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('add'), count: fc.integer({ min: 1, max: 30 }), milestone: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('send'),
      count: fc.integer({ min: 1, max: 20 }),
      milestone: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('refuse'), count: fc.constant(1), milestone: fc.boolean() }) },
)

test('every line is delivered in order, or counted by a gap that stands where it stood', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (operations, maxLogs) => {
      const { outbox } = outboxOf({ maxLogs })
      const delivered: string[] = []
      let added = 0
      const send = (count: number): number => {
        const batch = outbox.batch('e', count)
        delivered.push(...texts(batch))
        outbox.acknowledge('e', batch.length)
        return batch.length
      }
      for (const { type, count, milestone } of operations) {
        if (type === 'add') {
          for (let index = 0; index < count; index += 1) {
            added += 1
            outbox.add('e', line(`${added}`, { isMilestone: milestone }))
          }
        } else if (type === 'send') send(count)
        else if (!outbox.batch('e', 1)[0]?.json.startsWith('gap')) outbox.refuse('e', 'no')
      }
      while (send(7) > 0);
      // Walk through: a line must be the next one, a gap bridges exactly as many as it says.
      const walked = delivered.reduce((at, text) => {
        if (text.startsWith('gap ')) return at + Number(text.slice(4))
        return Number(text) === at + 1 ? at + 1 : Number.NaN
      }, 0)
      expect(walked).toBe(added)
      const { pending, acknowledged, dropped } = outbox.stats
      expect(pending).toBe(0)
      expect(acknowledged + dropped).toBe(added)
    }),
  )
})
