import fc from 'fast-check'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { checksumOfJoined, checksumsOf } from '../src/store/checksum.ts'

const place = fc.record({ executionId: fc.string({ unit: 'binary' }), from: fc.integer({ min: 1, max: 2 ** 40 }) })
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 30 })

/** What a store has written down of these texts. */
function known({ executionId, from }: { executionId: string; from: number }, written: readonly string[]) {
  const checksum = checksumsOf(executionId)
  return {
    executionId,
    from,
    lengths: written.map((text) => Buffer.byteLength(text)),
    checksums: written.map((text, index) => checksum(from + index, text)),
  }
}

test('a checksum is that of the place and the text in a row', () => {
  fc.assert(
    fc.property(place, fc.string({ unit: 'binary' }), ({ executionId, from }, text) => {
      expect(checksumsOf(executionId)(from, text)).toBe(crc32(`${executionId}:${from}:${text}`))
    }),
  )
})

test('of joined texts it is what crc32 of all their bytes gives', () => {
  fc.assert(
    fc.property(place, texts, (at, written) => {
      expect(checksumOfJoined(known(at, written))).toBe(crc32(written.join(',')))
    }),
  )
})

test('of texts of any length, more of them than are remembered', () => {
  const at = { executionId: 'a', from: 1 }
  for (const length of [...Array.from({ length: 5000 }, (_, index) => index), 70_000, 768 * 1024]) {
    const written = ['x'.repeat(length), '{}']
    expect(checksumOfJoined(known(at, written))).toBe(crc32(written.join(',')))
  }
})

test('it is another one where a byte, a place or an execution is another one', () => {
  const changed = fc.record({ at: place, written: texts, which: fc.nat(), bit: fc.nat({ max: 7 }) })
  fc.assert(
    fc.property(changed, ({ at, written, which, bit }) => {
      const bytes = Buffer.from(written.join(','))
      fc.pre(bytes.length > 0)
      const expected = checksumOfJoined(known(at, written))
      const index = which % bytes.length
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit)
      expect(crc32(bytes)).not.toBe(expected)
      expect(checksumOfJoined({ ...known(at, written), from: at.from + 1 })).not.toBe(expected)
      expect(checksumOfJoined({ ...known(at, written), executionId: `${at.executionId}x` })).not.toBe(expected)
    }),
  )
})

test('it is another one where two texts have changed places, with their checksums', () => {
  const at = { executionId: 'a', from: 7 }
  const { lengths, checksums } = known(at, ['{"n":1}', '{"n":2}', '{"n":3}'])
  const swapped = [checksums[0], checksums[2], checksums[1]].map(Number)
  expect(checksumOfJoined({ ...at, lengths, checksums: swapped })).not.toBe(crc32('{"n":1},{"n":3},{"n":2}'))
})
