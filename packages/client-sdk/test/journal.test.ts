// What an outbox wrote is what is read, whatever was torn off its end or damaged in its middle: the rest is whole, and what is gone is counted.

import fc from 'fast-check'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LogLine } from '../src/log-line.ts'
import { FileOutbox } from '../src/node/file-outbox.ts'
import { JournalFile } from '../src/node/journal-file.ts'
import { readJournal } from '../src/node/journal.ts'

const line = (text: string, event?: string): LogLine => {
  const json = JSON.stringify({ id: text, message: text, ...(event === undefined ? {} : { event }) })
  return { json, bytes: Buffer.byteLength(json), isMilestone: event !== undefined }
}
const gap = (_executionId: string, dropped: number): LogLine => line(`gap ${dropped}`)

interface Setup {
  readonly outbox: FileOutbox
  readonly path: string
  readonly broken: unknown[]
}

function setUp({ maxLogs = 1e6, abandoned = 'leave' as 'leave' | 'cancel', folder = '' } = {}): Setup {
  const made = mkdtempSync(join(tmpdir(), 'runtail-journal-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  const path = join(folder || made, 'journal')
  const broken: unknown[] = []
  const outbox = new FileOutbox({
    file: new JournalFile(path),
    header: { url: 'ws://a', abandoned },
    bounds: { maxLogs, maxBytes: 1e9, maxBatchBytes: 1e9 },
    writeGap: gap,
    onDrop: () => {},
    onBroken: (cause) => broken.push(cause),
    refusal: () => undefined,
  })
  return { outbox, path, broken }
}

/** What a next process would find, as texts: messages, and numbers where lines are gone. */
function left(bytes: Buffer, id = 'e'): (string | number)[] {
  const execution = readJournal(bytes)?.executions.find((one) => one.execution.id === id)
  return (execution?.items ?? []).map((item) =>
    'json' in item ? (JSON.parse(item.json) as { message: string }).message : item.dropped,
  )
}

const execution = { id: 'e', workflow_id: 'w' }

function add(outbox: FileOutbox, text: string, event?: string): void {
  if (outbox.waiting('e') === 0) outbox.open(execution)
  outbox.add('e', line(text, event))
}

describe('what waits is in the file', () => {
  test('at once, and no longer than it waits', () => {
    const { outbox, path } = setUp()
    for (const text of ['é 1', '2\n2', '3']) add(outbox, text)
    expect(left(readFileSync(path))).toEqual(['é 1', '2\n2', '3'])
    outbox.batch('e', 2)
    expect(left(readFileSync(path))).toEqual(['é 1', '2\n2', '3'])
    outbox.acknowledge('e', 2)
    expect(left(readFileSync(path))).toEqual(['3'])
    outbox.batch('e', 2)
    outbox.acknowledge('e', 1)
    expect(left(readFileSync(path))).toEqual([])
    add(outbox, '4')
    expect(left(readFileSync(path))).toEqual(['4'])
    expect(outbox.close(`${path}.left`)).toBe(1)
    expect(left(readFileSync(`${path}.left`))).toEqual(['4'])
  })

  test('and nothing is left where nothing waits', () => {
    const { outbox, path } = setUp()
    add(outbox, '1')
    outbox.batch('e', 1)
    outbox.acknowledge('e', 1)
    outbox.tidy()
    expect(readdirSync(join(path, '..'))).toEqual([])
    add(outbox, '2')
    expect(left(readFileSync(path))).toEqual(['2'])
    expect(outbox.giveUp('e', { code: 'conflict', reason: 'no' })).toBe(1)
    expect(left(readFileSync(path))).toEqual([])
    expect(outbox.close(`${path}.left`)).toBe(0)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  test('a gap that may have been sent is said again with the same id, one that was not gives its lines back', () => {
    const { outbox, path } = setUp({ maxLogs: 3 })
    for (let index = 1; index <= 10; index += 1) add(outbox, `${index}`)
    expect(left(readFileSync(path))).toHaveLength(10)
    outbox.batch('e', 2)
    expect(left(readFileSync(path))).toEqual(['gap 7', '8', '9', '10'])
    outbox.refuse('e', 'no')
    expect(left(readFileSync(path))).toEqual(['8', '9', '10'])
    outbox.refuse('e', 'no')
    expect(left(readFileSync(path))).toEqual(['gap 1', '9', '10'])
  })

  test('whether an execution was ended is known, also when its end was sent', () => {
    const { outbox, path } = setUp({ abandoned: 'cancel' })
    const isEnded = (): boolean | undefined => readJournal(readFileSync(path))?.executions[0]?.isEnded
    add(outbox, '1')
    expect(isEnded()).toBe(false)
    outbox.batch('e', 1)
    outbox.acknowledge('e', 1)
    outbox.tidy()
    expect(isEnded()).toBe(false)
    add(outbox, '2', 'execution.completed')
    expect(isEnded()).toBe(true)
  })

  test('the file stays within twice of what waits', () => {
    const { outbox, path } = setUp({ maxLogs: 1000 })
    const long = 'x'.repeat(1000)
    for (let index = 0; index < 20_000; index += 1) add(outbox, `${index} ${long}`)
    expect(readFileSync(path).length).toBeLessThan(2 * 1000 * 1100 + 1024 * 1024)
    for (let index = 0; index < 20_000; index += 1) {
      add(outbox, `${index} ${long}`)
      outbox.acknowledge('e', outbox.batch('e', 500).length)
    }
    expect(readFileSync(path).length).toBeLessThan(1024 * 1024)
  })

  test('a file that cannot be written costs nothing but the file', () => {
    const { outbox, broken } = setUp({ folder: join(fileURLToPath(import.meta.url), 'no-folder') })
    add(outbox, '1')
    add(outbox, '2')
    expect(broken).toHaveLength(1)
    expect(outbox.batch('e', 10)).toHaveLength(2)
    outbox.acknowledge('e', 2)
    expect(outbox.stats.pending).toBe(0)
  })
})

describe('damage', () => {
  function journal(): Buffer {
    const { outbox, path } = setUp()
    for (let index = 1; index <= 20; index += 1) add(outbox, `${index}`)
    return readFileSync(path)
  }

  test('wherever the end is torn off, what is before it is whole', () => {
    const bytes = journal()
    const header = bytes.indexOf(10) + 1
    for (let size = header; size <= bytes.length; size += 1) {
      const texts = left(bytes.subarray(0, size))
      expect(texts).toEqual(Array.from(texts, (_text, index) => `${index + 1}`))
      expect(texts.length).toBe(Math.max(0, bytes.subarray(header, size).filter((byte) => byte === 10).length - 1))
    }
  })

  test('in the middle costs one line, and is counted where it stood', () => {
    const bytes = journal()
    bytes.write('#', bytes.indexOf('"message":"7"'))
    expect(left(bytes).slice(5, 8)).toEqual(['6', 1, '8'])
  })

  test('of the first record leaves nothing to read', () => {
    const bytes = journal()
    bytes.write('x', 0)
    expect(readJournal(bytes)).toBeUndefined()
    expect(readJournal(Buffer.alloc(0))).toBeUndefined()
  })
})

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('add' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('send' as const), count: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pin' as const), count: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('refuse' as const), count: fc.constant(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tidy' as const), count: fc.constant(1) }) },
)

test('killed at any moment: what was delivered and what is left are all lines in order, or gaps that count them', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 50 }), fc.integer({ min: 1, max: 40 }), (operations, maxLogs) => {
      const { outbox, path } = setUp({ maxLogs })
      const delivered: string[] = []
      let added = 0
      for (const { type, count } of operations) {
        if (type === 'add') for (let index = 0; index < count; index += 1) add(outbox, `${(added += 1)}`)
        else if (type === 'tidy') outbox.tidy()
        else {
          const batch = outbox.batch('e', type === 'refuse' ? 1 : count)
          if (type === 'refuse') {
            if (batch.length > 0 && !batch[0]?.json.includes('gap')) outbox.refuse('e', 'no')
          } else if (type === 'send') {
            delivered.push(...batch.map(({ json }) => (JSON.parse(json) as { message: string }).message))
            outbox.acknowledge('e', batch.length)
          }
        }
      }
      const rest = added === 0 || !readdirSync(join(path, '..')).includes('journal') ? [] : left(readFileSync(path))
      const walked = [...delivered, ...rest].reduce<number>((at, text) => {
        // A gap that was not sent yet has no line.
        const dropped = typeof text === 'number' ? text : /^gap (\d+)$/.exec(text)?.[1]
        if (dropped !== undefined) return at + Number(dropped)
        return Number(text) === at + 1 ? at + 1 : Number.NaN
      }, 0)
      expect(walked).toBe(added)
    }),
    { numRuns: 200 },
  )
})
