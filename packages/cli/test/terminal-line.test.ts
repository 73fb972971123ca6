import { expect, test } from 'vitest'
import { TerminalLine } from '../src/lines/terminal-line.ts'

const ESC = '\u001B'

/** What a terminal of unlimited width shows. */
function shown(text: string): string {
  const line = new TerminalLine()
  line.write(text)
  return line.toString()
}

test.each([
  ['text that is not written over', 'plain', 'plain'],
  ['a shorter text over a longer one', '100%\r5', '500%'],
  ['a progress bar', '[>   ]\r[=>  ]\r[==> ]\r[====]', '[====]'],
  ['erasing to the end', `downloading…\r${ESC}[Kdone`, 'done'],
  ['erasing all', `downloading\r${ESC}[2Kdone`, 'done'],
  ['erasing to here', `abcdef\r${ESC}[2C${ESC}[1K`, '   def'],
  ['backspaces', 'spin |\b/\b-\b\\', 'spin \\'],
  ['a spinner that is blanked', 'work |\b \b', 'work'],
  ['moving to a column', `12345${ESC}[2GX`, '1X345'],
  ['moving left and right', `12345${ESC}[3DX${ESC}[1CY`, '12X4Y'],
  ['moving right over nothing', `a${ESC}[3Cb`, 'a   b'],
  ['tabs', 'a\tb\rX', 'X       b'],
  ['combining marks and joined characters', 'e\u0301x\ra', 'ax'],
  ['a wide character covered by a narrow one', '日本\rx', 'x 本'],
  ['a narrow character covered by a wide one', 'abc\r日', '日c'],
  ['characters beyond the BMP', '😀😀\r😀', '😀😀'],
  ['a link and other sequences', `${ESC}]8;;http://x.test\u0007text${ESC}]8;;\u0007${ESC}[?25l\r`, 'text'],
  ['nothing', '\r\r', ''],
])('%s', (_what, text, expected) => {
  expect(shown(text)).toBe(expected)
})

test('colours stay with the characters they were written with', () => {
  expect(shown(`${ESC}[31mred${ESC}[0m rest\rR`)).toBe(`R${ESC}[31med${ESC}[0m rest`)
  expect(shown(`a\r${ESC}[1m${ESC}[32mok`)).toBe(`${ESC}[1m${ESC}[32mok${ESC}[0m`)
})

test('a colour that was never ended goes on after a carriage return', () => {
  expect(shown(`${ESC}[31m10%\r20%`)).toBe(`${ESC}[31m20%${ESC}[0m`)
})

test('a jump far away does not make a line of that length', () => {
  expect(shown(`${ESC}[999999999Cx`).length).toBeLessThan(2000)
})

test('colours without end do not grow', () => {
  expect(shown(`${`${ESC}[31m`.repeat(10_000)}x`).length).toBeLessThan(300)
})
