import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf, LineSplitter, MAX_LINE_LENGTH, type Line } from '../src/lines/line-splitter.ts'

const utf8 = new TextEncoder()

/** The lines of these pieces. */
function split(pieces: readonly Uint8Array[], maxLength = MAX_LINE_LENGTH): Line[] {
  const splitter = new LineSplitter({ maxLength })
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()]
}

function texts(text: string, maxLength?: number): string[] {
  return split([utf8.encode(text)], maxLength).map((line) => line.text)
}

/** Bytes cut at some places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (one, other) => one - other,
  )
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

describe('lines', () => {
  test.each([
    ['nothing', '', []],
    ['a line', 'a\n', ['a']],
    ['a last line without an end', 'a\nb', ['a', 'b']],
    ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
    ['CRLF', 'a\r\nb\r\r\n\r\n', ['a', 'b', '']],
    ['a progress bar', '1%\r50%\r100%\ndone\n', ['100%', 'done']],
    ['a progress bar without an end', '1%\r50%\r100%', ['100%']],
    ['a return before the end', 'abc\r', ['abc']],
    ['a return at the beginning', '\rabc\n', ['abc']],
    ['colours, as they came', '\u001B[31ma\nb\u001B[0m\n', ['\u001B[31ma', 'b\u001B[0m']],
    ['other line separators, which are characters here', 'a\u2028b\u0085c\vd\n', ['a\u2028b\u0085c\vd']],
    ['a byte order mark', '\uFEFFa\n', ['\uFEFFa']],
  ])('%s', (_what, text, expected) => {
    expect(texts(text)).toStrictEqual(expected)
  })

  test('bytes that are no UTF-8 become replacement characters, around which the text stays', () => {
    const bytes = new Uint8Array([0x61, 0xff, 0x62, 0xc3, 0x0a, 0xe2, 0x82])
    expect(split([bytes]).map((line) => line.text)).toStrictEqual(['a\uFFFDb\uFFFD', '\uFFFD'])
  })
})

describe('long lines', () => {
  test('are cut into parts that say that they go on', () => {
    expect(split([utf8.encode('abcdefgh\nij\n')], 3)).toStrictEqual([
      { text: 'abc', continues: true },
      { text: 'def', continues: true },
      { text: 'gh', continues: false },
      { text: 'ij', continues: false },
    ])
  })

  test('of exactly the limit stay whole', () => {
    expect(split([utf8.encode('abc\nabc')], 3)).toStrictEqual([
      { text: 'abc', continues: false },
      { text: 'abc', continues: false },
    ])
  })

  test('are never cut within a character', () => {
    expect(texts('a😀😀b', 2)).toStrictEqual(['a', '😀', '😀', 'b'])
  })
})

test('linesOf loses nothing and keeps to the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 9 }), (text, maxLength) => {
      const lines = linesOf(text, maxLength)
      expect(lines.map((line) => line.text).join('')).toBe(text)
      expect(lines.every((line) => line.text.length <= maxLength)).toBe(true)
      expect(lines.map((line) => line.continues)).toStrictEqual(lines.map((_line, index) => index < lines.length - 1))
    }),
  )
})

/** Text with many line ends, returns, colours and characters of all lengths. */
const output = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme' }) },
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '\b',
        '\t',
        'é',
        '日本',
        '😀',
        '\u001B[31m',
        '\u001B[0m',
        '\u001B[K',
        '\u001B',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

test('however the bytes are cut, the lines are the same', () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(), { maxLength: 12 }), fc.integer({ min: 2, max: 40 }), (text, places, max) => {
      const bytes = utf8.encode(text)
      expect(split(cut(bytes, places), max)).toStrictEqual(split([bytes], max))
    }),
    { numRuns: 2000 },
  )
})

test('however broken the bytes are and however they are cut, the lines are the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
      expect(split(cut(bytes, places), 10)).toStrictEqual(split([bytes], 10))
    }),
    { numRuns: 1000 },
  )
})

test('without returns the lines and their ends are the text', () => {
  const withoutReturns = output.map((text) => text.replaceAll('\r', ''))
  fc.assert(
    fc.property(withoutReturns, fc.integer({ min: 2, max: 40 }), (text, max) => {
      const lines = split([utf8.encode(text)], max)
      const joined = lines.map((line) => (line.continues ? line.text : `${line.text}\n`)).join('')
      expect(text.endsWith('\n') || text === '' ? joined : joined.slice(0, -1)).toBe(text)
    }),
  )
})

test('hours of a progress bar need no memory', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heapBytes = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const splitter = new LineSplitter()
  const frame = utf8.encode(`${'='.repeat(80)}\r`)
  const before = heapBytes()
  let lines = 0
  for (let frames = 0; frames < 100_000; frames += 1) lines += splitter.push(frame).length
  // The frames have 8 MB.
  expect(heapBytes() - before).toBeLessThan(1024 * 1024)
  expect(lines).toBe(0)
  expect(splitter.end()).toStrictEqual([{ text: '='.repeat(80), continues: false }])
})
