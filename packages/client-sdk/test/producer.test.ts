// The producer over a network that loses calls and answers, and a server that refuses some lines: the rest arrives once and in order.

import { RuntailError, type NewExecution, type NewExecutionLog } from '@runtail/core'
import fc from 'fast-check'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { toLine, type LogLine } from '../src/log-line.ts'
import { MemoryOutbox } from '../src/outbox.ts'
import type { Lane } from '../src/lane.ts'
import { Producer, type Uplink } from '../src/producer.ts'

interface Stored {
  readonly id: string
  readonly message?: string
}

/** Stores each id once, and refuses whole calls with a line that says "bad", as a server does. */
class ModelServer {
  readonly executions = new Map<string, Stored[]>()
  creations = 0

  create(execution: NewExecution): void {
    this.creations += 1
    const id = execution.id ?? ''
    if (!this.executions.has(id)) this.executions.set(id, [])
  }

  append(executionId: string, lines: readonly LogLine[]): void {
    const stored = this.executions.get(executionId)
    if (!stored) throw new RuntailError('not_found', { message: 'no such execution' })
    const logs = lines.map(({ json }) => JSON.parse(json) as Stored)
    if (logs.some(({ message }) => message?.startsWith('bad')))
      throw new RuntailError('invalid_input', { message: 'bad' })
    for (const log of logs) if (!stored.some(({ id }) => id === log.id)) stored.push(log)
  }
}

const lost = (): RuntailError => new RuntailError('disconnected', { message: 'lost' })

/** What happens to a call on its way. */
type Fate = 'arrives' | 'is_lost' | 'answer_is_lost' | 'overloaded' | 'wiped'

function uplinkOf(server: ModelServer, fates: Iterator<Fate>): Uplink {
  const call = async (act: () => void): Promise<void> => {
    await Promise.resolve()
    const fate = fates.next().value as Fate | undefined
    if (fate === 'is_lost') throw lost()
    if (fate === 'overloaded') throw new RuntailError('overloaded', { message: 'later' })
    act()
    if (fate === 'answer_is_lost') throw lost()
  }
  return {
    create: (execution) => call(() => server.create(execution)),
    append: (executionId, lines) => call(() => server.append(executionId, lines)),
  }
}

/** Answers come so many turns later. */
function slowly(uplink: Uplink, turns: Iterator<number>): Uplink {
  return {
    ...uplink,
    append: async (executionId, lines) => {
      const [answer] = await Promise.allSettled([uplink.append(executionId, lines)])
      for (let left = (turns.next().value as number | undefined) ?? 0; left > 0; left -= 1) await nextTurn()
      if (answer.status === 'rejected') throw answer.reason
    },
  }
}

interface Setup {
  readonly server: ModelServer
  readonly producer: Producer
  readonly outbox: MemoryOutbox
  readonly errors: RuntailError[]
  readonly report: (lane: Lane, message: string) => void
}

function setUp(uplink: (server: ModelServer) => Uplink): Setup {
  const server = new ModelServer()
  const errors: RuntailError[] = []
  const gap = (execution_id: string, dropped: number): LogLine =>
    toLine({ execution_id, step_name: '', step_type: 'runtail.gap', message: `gap ${dropped}` })
  const outbox = new MemoryOutbox({ maxLogs: 1e6, maxBytes: 1e9, maxBatchBytes: 1e6 }, gap, () => {})
  const producer = new Producer({
    uplink: uplink(server),
    outbox,
    lingerMs: 0,
    onError: (error) => errors.push(error),
    onChange: () => {},
    random: () => 0,
  })
  return {
    server,
    producer,
    outbox,
    errors,
    report: (lane, message) =>
      producer.add(lane, toLine({ execution_id: lane.execution.id, step_name: '', step_type: '', message })),
  }
}

const fate = fc.constantFrom<Fate>('arrives', 'arrives', 'is_lost', 'answer_is_lost', 'overloaded')
const message = fc.oneof({ weight: 9, arbitrary: fc.constant('good') }, { weight: 1, arbitrary: fc.constant('bad') })

test('every good line is stored once, in order; every bad one is counted where it stood', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(message, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 12 }),
      fc.array(fate, { maxLength: 60 }),
      async (executions, fates) => {
        const { server, producer, outbox, errors, report } = setUp((model) => uplinkOf(model, fates.values()))
        const lanes = executions.map((lines, index) => {
          const lane = producer.open({ id: `e${index}`, workflow_id: 'w' })
          lines.forEach((text, at) => report(lane, `${text} ${at}`))
          return lane
        })
        await producer.settled()
        for (const [index, lines] of executions.entries()) {
          const expected = lines.map((text, at) => (text === 'bad' ? 'gap 1' : `good ${at}`))
          expect(server.executions.get(lanes[index]?.execution.id ?? '')?.map((log) => log.message)).toEqual(expected)
        }
        const all = executions.flat()
        const bad = all.filter((text) => text === 'bad').length
        expect(outbox.stats).toEqual({ pending: 0, acknowledged: all.length - bad, dropped: bad })
        expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: bad }, () => 'invalid_input'))
      },
    ),
    { numRuns: 60 },
  )
})

test('two handles of one execution send as one: once, in order, whatever is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 }),
      fc.array(fate, { maxLength: 60 }),
      fc.array(fc.nat(3), { maxLength: 60 }),
      async (lines, fates, turns) => {
        const { server, producer, outbox, report } = setUp((model) =>
          slowly(uplinkOf(model, fates.values()), turns.values()),
        )
        const started = producer.open({ id: 'e', workflow_id: 'w' })
        const continued = producer.open({ id: 'e' })
        for (const [at, [byStarted, pauses]] of lines.entries()) {
          report(at === 0 || byStarted ? started : continued, `line ${at}`)
          if (pauses) await nextTurn()
        }
        await Promise.all([producer.settled(started), producer.settled(continued)])
        expect(server.executions.get('e')?.map((log) => log.message)).toEqual(lines.map((_, at) => `line ${at}`))
        expect(outbox.stats).toEqual({ pending: 0, acknowledged: lines.length, dropped: 0 })
      },
    ),
    { numRuns: 100 },
  )
})

describe('one at a time', () => {
  test('an execution that the server lost is made again, and goes on', async () => {
    const { server, producer, report } = setUp((model) => uplinkOf(model, [].values()))
    const lane = producer.open({ id: 'e', workflow_id: 'w' })
    report(lane, 'before')
    await producer.settled(lane)
    server.executions.clear()
    report(lane, 'after')
    await producer.settled(lane)
    expect(server.creations).toBe(2)
    expect(server.executions.get('e')?.map((log) => log.message)).toEqual(['after'])
  })

  test('an execution that is refused takes nothing more, and nobody waits for it', async () => {
    const conflict = new RuntailError('conflict', { message: 'taken' })
    const { producer, outbox, errors, report } = setUp(() => ({
      create: () => Promise.reject(conflict),
      append: () => Promise.resolve(),
    }))
    const lane = producer.open({ id: 'e', workflow_id: 'w' })
    report(lane, 'one')
    report(lane, 'two')
    await producer.settled(lane)
    report(lane, 'three')
    await producer.settled(lane)
    expect(errors).toEqual([conflict])
    expect(outbox.stats).toEqual({ pending: 0, acknowledged: 0, dropped: 3 })
  })

  test('what somebody continues and then is made here is made, though its first batch was under way', async () => {
    const { server, producer, errors, report } = setUp((model) => slowly(uplinkOf(model, [].values()), [3].values()))
    report(producer.open({ id: 'e' }), 'early')
    await nextTurn()
    report(producer.open({ id: 'e', workflow_id: 'w' }), 'late')
    await producer.settled()
    expect(server.executions.get('e')?.map((log) => log.message)).toEqual(['early', 'late'])
    expect(errors).toEqual([])
  })

  test('whoever waits for one handle waits for what all of its execution reported', async () => {
    const { producer, outbox, report } = setUp((model) => uplinkOf(model, [].values()))
    report(producer.open({ id: 'e', workflow_id: 'w' }), 'x')
    await producer.settled(producer.open({ id: 'e' }))
    expect(outbox.stats).toMatchObject({ pending: 0, acknowledged: 1 })
  })

  test('waiting ends although others report again with each acknowledgement', async () => {
    const { producer, errors } = setUp((model) => uplinkOf(model, [].values()))
    const lane = producer.open({ id: 'e', workflow_id: 'w' })
    let acknowledged = 0
    let isOver = false
    const again = (): void => {
      const line = toLine({ execution_id: 'e', step_name: '', step_type: '' })
      const settle = (): void => {
        acknowledged += 1
        // Whoever awaits an acknowledgement goes on in a microtask.
        if (!isOver && acknowledged < 1000) queueMicrotask(again)
      }
      producer.add(lane, { ...line, settle })
    }
    again()
    await producer.settled(lane)
    isOver = true
    expect(acknowledged).toBeLessThanOrEqual(1)
    expect(errors).toEqual([])
  })

  test('a batch is never under way twice, however fast lines come', async () => {
    let underWay = 0
    let most = 0
    const { producer, report } = setUp(() => ({
      create: () => Promise.resolve(),
      async append() {
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise((resolve) => setTimeout(resolve, 1))
        underWay -= 1
      },
    }))
    const lane = producer.open({ id: 'e', workflow_id: 'w' })
    for (let count = 0; count < 5000; count += 1) report(lane, 'x')
    await producer.settled(lane)
    expect(most).toBe(1)
  })

  test('waiting ends when the producer closes', async () => {
    const { producer, report, outbox } = setUp(() => ({
      create: () => new Promise(() => {}),
      append: () => Promise.resolve(),
    }))
    const lane = producer.open({ id: 'e', workflow_id: 'w' })
    report(lane, 'x')
    const waiting = producer.settled(lane)
    producer.close()
    await waiting
    expect(outbox.stats.pending).toBe(1)
  })
})

test('the first line goes at once, with those of the same turn; what comes while a batch is under way goes together', async () => {
  const batches: string[][] = []
  const answers: (() => void)[] = []
  const { producer, report } = setUp(() => ({
    create: () => Promise.resolve(),
    append: (_id, lines) => {
      batches.push(lines.map(({ json }) => (JSON.parse(json) as NewExecutionLog).message ?? ''))
      return new Promise<void>((resolve) => answers.push(resolve))
    },
  }))
  const lane = producer.open({ id: 'e1', workflow_id: 'w' })
  report(lane, 'a')
  report(lane, 'b')
  expect(batches).toEqual([])
  await vi.waitFor(() => expect(batches).toEqual([['a', 'b']]), { interval: 1 })
  for (const message of ['c', 'd', 'e']) {
    report(lane, message)
    await nextTurn()
  }
  expect(batches).toHaveLength(1)
  answers.shift()?.()
  await nextTurn()
  expect(batches).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ])
  answers.shift()?.()
  await producer.settled()
  report(lane, 'f')
  // Without any time passing.
  await Promise.resolve()
  await Promise.resolve()
  expect(batches.at(-1)).toEqual(['f'])
})
