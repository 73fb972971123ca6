// What answers that are not the server's own become: an error that says so, never a value that is none.

import { RuntailError } from '@runtail/core'
import { afterEach, expect, test, vi } from 'vitest'
import { fetchScenarios, startScenario } from '../../src/demo-api.ts'

afterEach(() => vi.unstubAllGlobals())

const answer = (body: string, status = 200): void => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })))
}

test('a page of a proxy in between is not taken for scenarios', async () => {
  answer('<html>Please log in</html>')
  await expect(fetchScenarios()).rejects.toBeInstanceOf(RuntailError)
  await expect(fetchScenarios()).rejects.toMatchObject({ message: expect.stringContaining('not JSON') })
  await expect(startScenario('run-1', 'quick')).rejects.toBeInstanceOf(RuntailError)
})

test('a refusal without JSON still tells its status', async () => {
  answer('Bad gateway', 502)
  await expect(fetchScenarios()).rejects.toMatchObject({ message: expect.stringContaining('502') })
})

test('a demo that is off is no error', async () => {
  answer('{}', 404)
  expect(await fetchScenarios()).toBeUndefined()
})
