import { Readable, Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Relay } from '../src/report/relay.ts'

/** A source that always has the next piece ready. */
function pieces(count: number): Readable {
  return Readable.from(Array.from({ length: count }, (_piece, index) => Buffer.from(`${index}\n`)))
}

/** Lets everything happen that is due. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn()
}

/** A sink that takes one piece at a time, when it is told to. */
function slowSink(): { sink: Writable; taken: string[]; takeOne: () => void } {
  const taken: string[] = []
  let waiting: (() => void) | undefined
  const sink = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      taken.push(chunk.toString())
      waiting = done
    },
  })
  return { sink, taken, takeOne: () => waiting?.() }
}

test('passes all pieces on, in order, to the sink and to whoever reports', async () => {
  const seen: string[] = []
  const shown: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown.push(chunk.toString())
      done()
    },
  })
  const relay = new Relay(pieces(100), { sink, onChunk: (chunk) => seen.push(chunk.toString()) })
  await relay.done
  expect(seen).toStrictEqual(Array.from({ length: 100 }, (_piece, index) => `${index}\n`))
  expect(shown).toStrictEqual(seen)
})

test('between pieces everybody else has a turn', async () => {
  let turns = 0
  const turnsAtPiece: number[] = []
  const relay = new Relay(pieces(20), { onChunk: () => turnsAtPiece.push(turns) })
  const count = (): void => {
    turns += 1
    if (turnsAtPiece.length < 20) setImmediate(count)
  }
  setImmediate(count)
  await relay.done
  expect(new Set(turnsAtPiece).size).toBe(20)
})

test('reads nothing while the sink is full', async () => {
  let reads = 0
  const { sink, taken, takeOne } = slowSink()
  const relay = new Relay(pieces(3), { sink, onChunk: () => (reads += 1) })
  for (const expected of [1, 2, 3]) {
    await turns(20)
    expect({ reads, taken: taken.length }).toStrictEqual({ reads: expected, taken: expected })
    takeOne()
  }
  await relay.done
  expect(taken).toStrictEqual(['0\n', '1\n', '2\n'])
})

test('reads nothing while held, for as long as anybody holds', async () => {
  let reads = 0
  const relay = new Relay(pieces(3), { onChunk: () => (reads += 1) })
  relay.hold('server')
  relay.free('sink')
  await turns(20)
  expect(reads).toBe(0)
  relay.free('server')
  await relay.done
  expect(reads).toBe(3)
})

test('ends the source when the sink is gone', async () => {
  const source = pieces(10_000)
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const relay = new Relay(source, { sink, onChunk() {} })
  await relay.done
  expect(source.destroyed).toBe(true)
})
