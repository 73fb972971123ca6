// What the packages promise by their types is what was committed, until somebody means to change it.

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { apiFile, builtApi, TYPED_PACKAGES } from '../src/api-files.ts'

test.each(TYPED_PACKAGES)('the API of @runtail/%s is the one that is committed', { timeout: 30_000 }, async (name) => {
  const remedy = `The public types of @runtail/${name} have changed. If that is meant: npm run api, then commit packaging/api`
  expect(builtApi(name), remedy).toBe(await readFile(apiFile(name), 'utf8'))
})
