import { expect, test } from 'vitest'
import { Throttle } from '../src/throttle.ts'
import { VirtualClock } from './support/virtual-clock.ts'

function setUp(intervalMs: number) {
  const clock = new VirtualClock()
  const beginMs = clock.now()
  const acts: number[] = []
  const throttle = new Throttle(clock, intervalMs, () => acts.push(clock.now() - beginMs))
  return { clock, acts, throttle }
}

test('the first request is served at once, those within the interval together at its end', async () => {
  const { clock, acts, throttle } = setUp(100)
  throttle.request()
  expect(acts).toStrictEqual([0])
  for (const ms of [10, 20, 30]) {
    await clock.advance(ms)
    throttle.request()
  }
  expect(clock.timers).toBe(1)
  await clock.advance(1000)
  expect(acts).toStrictEqual([0, 100])
  throttle.request()
  expect(acts).toStrictEqual([0, 100, 1060])
})

test('without an interval every request is served', () => {
  const { acts, throttle } = setUp(0)
  for (const _request of [1, 2, 3]) throttle.request()
  expect(acts).toStrictEqual([0, 0, 0])
})

test('disposed it serves no more', async () => {
  const { clock, acts, throttle } = setUp(100)
  throttle.request()
  throttle.request()
  throttle[Symbol.dispose]()
  await clock.advance(1000)
  expect(acts).toStrictEqual([0])
  expect(clock.timers).toBe(0)
})
