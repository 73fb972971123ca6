import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogBlock } from '../src/block.ts'
import { log } from './support/logs.ts'

/** Logs `from` … as a store keeps them. */
function linesOf(from: number, messages: readonly string[]): string[] {
  return messages.map((message, index) =>
    JSON.stringify({ ...log('a', `id-${from + index}`, { message }), seq: from + index }),
  )
}

/** The ways in which a block comes to hold the same texts. */
const FORMS = {
  'one by one': (from: number, lines: readonly string[]) => new LogBlock(from, lines),
  joined: (from: number, lines: readonly string[]) =>
    new LogBlock(from, { joined: Buffer.from(lines.join(',')), lengths: lines.map((line) => Buffer.byteLength(line)) }),
  written: (from: number, lines: readonly string[]) => {
    const block = new LogBlock(from, lines)
    block.between('{"logs":', '}')
    return block
  },
} as const

const forms = Object.keys(FORMS) as (keyof typeof FORMS)[]

function block(from: number, messages: readonly string[], form: keyof typeof FORMS = 'one by one'): LogBlock {
  return FORMS[form](from, linesOf(from, messages))
}

const messages = fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 })
const contents = fc.record({ from: fc.integer({ min: 1, max: 1000 }), messages, form: fc.constantFrom(...forms) })

test('its JSON is that of the array of logs, whoever writes it', () => {
  fc.assert(
    fc.property(contents, ({ from, messages, form }) => {
      const one = block(from, messages, form)
      const lines = linesOf(from, messages)
      expect(one.lines).toStrictEqual(lines)
      expect(one.json).toBe(`[${lines.join(',')}]`)
      expect(JSON.stringify({ logs: one })).toBe(`{"logs":${one.json}}`)
    }),
  )
})

test('without logs it is an empty array', () => {
  for (const form of forms) {
    const one = block(1, [], form)
    expect(one).toMatchObject({ json: '[]', lines: [], count: 0, to: 0, bytes: 0 })
    expect(one.between('a', 'b').toString()).toBe('a[]b')
  }
})

test('knows where it ends and how many bytes its lines have', () => {
  fc.assert(
    fc.property(contents, ({ from, messages, form }) => {
      const one = block(from, messages, form)
      expect(one).toMatchObject({ count: messages.length, to: from + messages.length - 1 })
      expect(one.bytes).toBe(Buffer.byteLength(linesOf(from, messages).join('')))
    }),
  )
})

test('between two texts it is the bytes of its JSON, and stays what it was', () => {
  fc.assert(
    fc.property(contents, fc.string({ unit: 'binary' }), fc.string(), ({ from, messages, form }, before, after) => {
      const one = block(from, messages, form)
      const lines = linesOf(from, messages)
      expect(one.between(before, after)).toStrictEqual(Buffer.from(`${before}[${lines.join(',')}]${after}`))
      expect(one.between('', after)).toStrictEqual(Buffer.from(`[${lines.join(',')}]${after}`))
      expect(one.between(before, after, 10).subarray(10)).toStrictEqual(one.between(before, after))
      expect(one).toMatchObject({ from, lines, count: lines.length, bytes: Buffer.byteLength(lines.join('')) })
    }),
  )
})

test('what was written last and the block are the same memory', () => {
  for (const form of forms) {
    const one = block(1, ['kept once'], form)
    one.between('', '').write('SEEN', 1 + (one.lines[0]?.indexOf('kept') ?? 0))
    expect(one.json).toContain('SEEN once')
  }
})

test('after a seq: itself where that is all of it, else its end, and nothing beyond it', () => {
  for (const form of forms) {
    const one = block(5, ['a', '€', 'c'], form)
    for (const seq of [0, 3, 4]) expect(one.after(seq)).toBe(one)
    expect(one.after(5)).toMatchObject({ from: 6, to: 7, lines: one.lines.slice(1) })
    expect(one.after(6)).toMatchObject({ from: 7, to: 7, lines: one.lines.slice(2) })
    expect(one.after(7)).toMatchObject({ from: 8, to: 7, lines: [], json: '[]' })
    expect(one.after(6).json).toBe(`[${one.lines[2]}]`)
  }
})

test('joined by its neighbour it is one block, in whatever form the two are', () => {
  fc.assert(
    fc.property(contents, messages, fc.constantFrom(...forms), ({ from, ...one }, others, form) => {
      const joined = block(from, one.messages, one.form).joinedBy(block(from + one.messages.length, others, form))
      const lines = linesOf(from, [...one.messages, ...others])
      expect(joined).toMatchObject({ from, count: lines.length, lines, json: `[${lines.join(',')}]` })
      expect(joined.bytes).toBe(Buffer.byteLength(lines.join('')))
    }),
  )
})
