import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { log } from './support/logs.ts'

/** Logs `from` … as a store keeps them. */
function block(from: number, messages: readonly string[]): LogBlock {
  return new LogBlock(
    from,
    messages.map((message, index) =>
      JSON.stringify({ ...log('a', `id-${from + index}`, { message }), seq: from + index }),
    ),
  )
}

const blocks = fc
  .record({
    from: fc.integer({ min: 1, max: 1000 }),
    messages: fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }),
  })
  .map(({ from, messages }) => block(from, messages))

test('its JSON is that of the array of logs, whoever writes it', () => {
  fc.assert(
    fc.property(blocks, (one) => {
      expect(JSON.stringify({ logs: one })).toBe(`{"logs":${one.json}}`)
      expect(JSON.parse(one.json)).toStrictEqual(one.lines.map((line) => JSON.parse(line) as unknown))
    }),
  )
})

test('without logs it is an empty array', () => {
  expect(block(1, []).json).toBe('[]')
})

test('knows where it ends and how many bytes its lines have', () => {
  fc.assert(
    fc.property(blocks, (one) => {
      expect(one.to).toBe(one.from + one.lines.length - 1)
      expect(one.bytes).toBe(Buffer.byteLength(one.lines.join('')))
    }),
  )
})

test('after a seq: itself where that is all of it, else its end, and nothing beyond it', () => {
  const one = block(5, ['a', 'b', 'c'])
  for (const seq of [0, 3, 4]) expect(one.after(seq)).toBe(one)
  expect(one.after(5)).toMatchObject({ from: 6, to: 7, lines: one.lines.slice(1) })
  expect(one.after(6)).toMatchObject({ from: 7, to: 7, lines: one.lines.slice(2) })
  expect(one.after(7)).toMatchObject({ from: 8, to: 7, lines: [] })
})

test('joined by its neighbour it is one block', () => {
  const joined = block(5, ['a', 'b']).joinedBy(block(7, ['c']))
  expect(joined).toMatchObject({ from: 5, to: 7 })
  expect(joined.json).toBe(block(5, ['a', 'b', 'c']).json)
})
