import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { Bell } from '../src/bell.ts'
import { Pause } from '../src/pause.ts'
import { VirtualClock } from './support/virtual-clock.ts'

function setUp() {
  const clock = new VirtualClock()
  const controller = new AbortController()
  const bell = new Bell(clock, { intervalMs: () => 1000 })
  const waits: [string, (pause: Pause) => Promise<unknown>][] = [
    ['a ring', (pause) => pause.untilRing(bell, bell.rings)],
    ['a time', (pause) => pause.forMs(500)],
    ['a turn', (pause) => pause.forTurn()],
    ['an answer', (pause) => pause.untilSettled(new Promise(() => {}))],
  ]
  return { clock, controller, bell, waits, pause: new Pause(clock, controller.signal) }
}

test('an abort ends any wait, and no wait begins after it', async () => {
  for (const index of [0, 1, 2, 3]) {
    const { controller, waits, pause } = setUp()
    const wait = waits[index]?.[1] ?? (() => Promise.reject(new Error('no such wait')))
    const waiting = wait(pause)
    controller.abort()
    await expect(waiting).resolves.toBeUndefined()
    await expect(wait(pause)).resolves.toBeUndefined()
  }
})

test('an abort leaves no timer behind', async () => {
  const { clock, controller, bell, pause } = setUp()
  const waiting = pause.forMs(500)
  expect(clock.timers).toBe(2)
  controller.abort()
  await waiting
  expect(clock.timers).toBe(1)
  bell[Symbol.dispose]()
  expect(clock.timers).toBe(0)
})

test('a ring before the wait is not slept through', async () => {
  const { clock, bell, pause } = setUp()
  const seen = bell.rings
  bell.ring()
  await expect(pause.untilRing(bell, seen)).resolves.toBeUndefined()
  const before = clock.now()
  const waiting = pause.untilRing(bell, bell.rings).then(() => clock.now())
  await clock.advance(5000)
  expect(await waiting).toBe(before + 1000)
})

test('an answer is given, a failure too', async () => {
  const { pause } = setUp()
  await expect(pause.untilSettled(Promise.resolve(7))).resolves.toBe(7)
  await expect(pause.untilSettled(Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('has one listener, and none after disposal, which ends the wait under way', async () => {
  const { controller, pause } = setUp()
  const waiting = pause.forMs(500)
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  pause[Symbol.dispose]()
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  await expect(waiting).resolves.toBeUndefined()
})
