// How long a program that wants to end waits for its reports.

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { delivered, inTime, whileArriving } from '../src/waiting.ts'

const never = (): Promise<void> => new Promise(() => {})

test('as long as something arrives', async () => {
  let acknowledged = 0
  let settle = (): void => {}
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const arriving = setInterval(() => {
    acknowledged += 1
    if (acknowledged === 10) settle()
  }, 20)
  const isAll = await whileArriving({ settled: () => settled, acknowledged: () => acknowledged }, 100)
  clearInterval(arriving)
  expect(isAll).toBe(true)
  expect(acknowledged).toBe(10)
})

test('and no longer', async () => {
  const startedMs = performance.now()
  expect(await whileArriving({ settled: never, acknowledged: () => 7 }, 50)).toBe(false)
  expect(performance.now() - startedMs).toBeLessThan(1000)
})

test('not at all where it asks so, even if something arrives', async () => {
  let acknowledged = 0
  expect(await whileArriving({ settled: never, acknowledged: () => (acknowledged += 1) }, 0)).toBe(false)
})

test('a limit holds, and without one it waits', async () => {
  expect(await inTime(never, 10)).toBe(false)
  expect(await inTime(() => pause(30), undefined)).toBe(true)
  await expect(delivered(never, 10)).rejects.toMatchObject({ code: 'disconnected', retryable: true })
})

test('whoever does not await it need not catch it', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  // oxlint-disable-next-line typescript/no-floating-promises -- this is what is tested
  delivered(never, 1)
  await expect(delivered(never, 20)).rejects.toMatchObject({ code: 'disconnected' })
  await nextTurn()
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

test('who waits no more is told apart', async () => {
  const signals: AbortSignal[] = []
  const wait = (signal: AbortSignal): Promise<void> => {
    signals.push(signal)
    return never()
  }
  await inTime(wait, 10)
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
})
