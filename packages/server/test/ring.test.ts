// Invariant 6 for the part that is shared: the ring is bounded, and what it gives is what was put in.

import { LIMITS } from '@runtail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { Ring } from '../src/ring.ts'
import { range } from './support/logs.ts'

/** The line of a seq, `width` bytes long: any text does, the ring does not look into it. */
const line = (seq: number, width = 10): string => String(seq).padEnd(width, '.')
const block = (from: number, to: number, width = 10): LogBlock =>
  new LogBlock(
    from,
    range(from, to).map((seq) => line(seq, width)),
  )

test('gives the very block that begins after a seq, and the end of one otherwise', () => {
  const ring = new Ring(1000)
  const [old, newest] = [block(5, 8), block(9, 12)]
  ring.push(old)
  ring.push(newest)
  expect(ring.after(4)).toBe(old)
  expect(ring.after(8)).toBe(newest)
  expect(ring.after(6)).toMatchObject({ from: 7, to: 8, lines: [line(7), line(8)] })
  expect(ring.after(10)).toMatchObject({ from: 11, to: 12 })
})

test('gives nothing that is older than all it holds, and nothing that is not there yet', () => {
  const ring = new Ring(1000)
  expect(ring.after(0)).toBeUndefined()
  ring.push(block(5, 8))
  for (const seq of [0, 3, 8, 9, 100]) expect(ring.after(seq)).toBeUndefined()
})

test('lets go what is older than it holds, overlaps, or is empty', () => {
  const ring = new Ring(1000)
  ring.push(block(5, 8))
  for (const other of [block(1, 4), block(5, 8, 20), block(7, 10), new LogBlock(9, [])]) ring.push(other)
  expect(ring.bytes).toBe(4 * 10)
  expect(ring.after(4)).toMatchObject({ from: 5, to: 8 })
  expect(ring.after(8)).toBeUndefined()
})

test('begins anew with a block beyond a hole', () => {
  const ring = new Ring(1000)
  ring.push(block(1, 4))
  ring.push(block(5, 8))
  ring.push(block(20, 21))
  expect(ring.bytes).toBe(2 * 10)
  for (const seq of [0, 4, 18]) expect(ring.after(seq)).toBeUndefined()
  expect(ring.after(19)).toMatchObject({ from: 20, to: 21 })
})

test('keeps the newest block, however large', () => {
  const ring = new Ring(100)
  ring.push(block(1, 2, 40))
  ring.push(block(3, 3, 5000))
  expect(ring.bytes).toBe(5000)
  expect(ring.after(2)).toMatchObject({ from: 3, to: 3 })
  ring.push(block(4, 4))
  expect(ring.bytes).toBe(10)
})

test('joins small blocks behind the newest, up to a frame', () => {
  const ring = new Ring(10 * 1024 * 1024)
  for (const seq of range(1, 600)) ring.push(block(seq, seq))
  expect(ring.after(0)).toMatchObject({ from: 1, to: LIMITS.logsPerFrame })
  expect(ring.after(599)).toMatchObject({ from: 600, to: 600 })
  const wide = new Ring(10 * 1024 * 1024)
  for (const seq of range(1, 100)) wide.push(block(seq, seq, 5000))
  const first = wide.after(0)
  expect(first?.bytes).toBeLessThanOrEqual(LIMITS.bytesPerFrame)
  expect(first?.bytes).toBeGreaterThan(LIMITS.bytesPerFrame - 2 * 5000)
})

test('random blocks: bounded, and from any place on it gives the lines that were put in, without a gap', () => {
  const pushes = fc.array(fc.record({ logs: fc.integer({ min: 0, max: 300 }), width: fc.constantFrom(5, 100, 3000) }))
  fc.assert(
    fc.property(pushes, fc.integer({ min: 1, max: 200_000 }), (sizes, maxBytes) => {
      const ring = new Ring(maxBytes)
      const lines: string[] = []
      for (const { logs, width } of sizes) {
        const next = block(lines.length + 1, lines.length + logs, width)
        lines.push(...next.lines)
        ring.push(next)
        expect(ring.bytes <= Math.max(maxBytes, next.bytes) || logs === 0).toBe(true)
      }
      const held = range(0, lines.length).find((seq) => ring.after(seq)) ?? lines.length
      for (let at = held; at < lines.length;) {
        const found = ring.after(at)
        expect(found?.from).toBe(at + 1)
        expect(found?.lines).toStrictEqual(lines.slice(at, found?.to))
        at = found?.to ?? Infinity
      }
    }),
    { numRuns: 50 },
  )
})
