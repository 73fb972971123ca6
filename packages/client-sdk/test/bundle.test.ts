// What a page loads: nothing of Node, no zod, and no more than it was.

import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundle } from './support/bundle.ts'

/** KiB after gzip; a limit is a tenth above what was measured, so that growing is a decision. */
test.each([
  ['createClient', 28.2],
  ['createViewer', 13.2],
])('with %s, at most %s KiB', async (names, maxKiB) => {
  const code = await bundle(names)
  expect(gzipSync(code).length / 1024).toBeLessThan(maxKiB)
  expect(code).toMatch(/export\s*\{/)
  expect(code).not.toMatch(/["'`]node:/)
  expect(code).not.toContain('ZodError')
})
