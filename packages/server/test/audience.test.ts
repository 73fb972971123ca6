import { expect, test } from 'vitest'
import { Audience, type Found, type Listener } from '../src/audience.ts'
import { LogBlock } from '../src/block.ts'
import { range } from './support/logs.ts'

/** A source whose answers a test gives one by one. */
class Source {
  rings = 0
  readonly asked: number[] = []
  readonly #answers: PromiseWithResolvers<Found>[] = []
  #taken = 0

  next(position: number): Promise<Found> {
    this.asked.push(position)
    return this.#answer(this.asked.length - 1).promise
  }

  /** The logs `from` … `to` of the store, as found after so many rings. */
  async give(found: { from: number; to: number; head?: number; rings?: number }): Promise<void> {
    const { from, to, head = to, rings = this.rings } = found
    const lines = range(from, to).map((seq) => `{"seq":${seq}}`)
    this.#answer(this.#taken).resolve({ block: new LogBlock(from, lines), head, rings })
    this.#taken += 1
    await new Promise((resolve) => setImmediate(resolve))
  }

  async fail(): Promise<void> {
    this.#answer(this.#taken).reject(new Error('made by a test'))
    this.#taken += 1
    await new Promise((resolve) => setImmediate(resolve))
  }

  #answer(index: number): PromiseWithResolvers<Found> {
    return (this.#answers[index] ??= Promise.withResolvers<Found>())
  }
}

/** One that takes what it can. */
class Taker implements Listener {
  position: number
  woken = 0
  hasRoom = true
  isQuiet = false

  constructor(position: number) {
    this.position = position
  }

  take({ block }: { block: LogBlock }): boolean {
    if (this.hasRoom) this.position = block.to
    return this.hasRoom
  }

  isDue(): boolean {
    return this.isQuiet
  }

  wake(): void {
    this.woken += 1
  }
}

function setUp(...positions: number[]) {
  const source = new Source()
  const audience = new Audience(source)
  const takers = positions.map((position) => new Taker(position))
  for (const taker of takers) audience.join(taker)
  const state = () => takers.map(({ position, woken }) => [position, woken])
  return { source, audience, takers, state }
}

test('one read serves all, and again, until nothing more is there', async () => {
  const { source, audience, state } = setUp(5, 5, 5)
  audience.serve()
  await source.give({ from: 6, to: 7, head: 8 })
  await source.give({ from: 8, to: 8 })
  expect(source.asked).toStrictEqual([5, 7])
  expect(state()).toStrictEqual([
    [8, 0],
    [8, 0],
    [8, 0],
  ])
})

test('what is found up to the head is all there is only where it has not rung meanwhile', async () => {
  const { source, audience, state } = setUp(5)
  audience.serve()
  source.rings = 1
  await source.give({ from: 6, to: 7, rings: 0 })
  await source.give({ from: 8, to: 8 })
  expect(source.asked).toStrictEqual([5, 7])
  expect(state()).toStrictEqual([[8, 0]])
})

test('whoever has no room, or stands elsewhere, is woken; the others are served', async () => {
  const { source, audience, takers, state } = setUp(5, 5, 4, 6)
  if (takers[1]) takers[1].hasRoom = false
  audience.serve()
  await source.give({ from: 6, to: 7 })
  await source.give({ from: 8, to: 7 })
  expect(state()).toStrictEqual([
    [7, 0],
    [5, 1],
    [4, 1],
    [6, 1],
  ])
})

test('that nothing lies after one position says nothing of another', async () => {
  const { source, audience, state } = setUp(5, 4)
  audience.serve()
  await source.give({ from: 6, to: 5 })
  expect(state()).toStrictEqual([
    [5, 0],
    [4, 1],
  ])
})

test('a ring during a read means another read', async () => {
  const { source, audience, state } = setUp(5)
  audience.serve()
  source.rings = 1
  audience.serve()
  await source.give({ from: 6, to: 5, rings: 0 })
  expect(source.asked).toStrictEqual([5, 5])
  await source.give({ from: 6, to: 6 })
  await source.give({ from: 7, to: 6 })
  expect(state()).toStrictEqual([[6, 0]])
})

test('a ring right after the last look is heard', () => {
  let found: Found = { block: new LogBlock(6, []), head: 5, rings: 0 }
  const source = { rings: 0, next: () => found }
  const audience = new Audience(source)
  const taker = new Taker(5)
  audience.join(taker)
  audience.serve()
  source.rings = 1
  found = { block: new LogBlock(6, ['{"seq":6}']), head: 6, rings: 1 }
  source.next = () => (taker.position === 5 ? found : { block: new LogBlock(7, []), head: 6, rings: 1 })
  audience.serve()
  expect(taker.position).toBe(6)
})

test('where nothing came, only those are woken who are due', async () => {
  const { source, audience, takers, state } = setUp(5, 5)
  if (takers[1]) takers[1].isQuiet = true
  audience.serve()
  await source.give({ from: 6, to: 5 })
  expect(state()).toStrictEqual([
    [5, 0],
    [5, 1],
  ])
})

test('a fault wakes all, and the next ring serves again', async () => {
  const { source, audience, takers, state } = setUp(5, 5)
  audience.serve()
  await source.fail()
  expect(state()).toStrictEqual([
    [5, 1],
    [5, 1],
  ])
  const [first] = takers
  if (first) audience.join(first)
  audience.serve()
  await source.give({ from: 6, to: 6 })
  await source.give({ from: 7, to: 6 })
  expect(first?.position).toBe(6)
})

test('nobody left: nothing is asked', () => {
  const { source, audience, takers } = setUp(5)
  for (const taker of takers) audience.leave(taker)
  audience.serve()
  expect(source.asked).toStrictEqual([])
})
