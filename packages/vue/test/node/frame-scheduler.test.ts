// However many requests, one run per frame; a hidden page is served by a timer and flushed when shown; nothing is left behind.
import { expect, test } from 'vitest'
import { createFrameScheduler, type FramePage } from '../../src/frame-scheduler.ts'

function fakePage() {
  const frames = new Set<() => void>()
  const timers = new Set<() => void>()
  const listeners = new Set<() => void>()
  const add = (set: Set<() => void>, run: () => void) => {
    set.add(run)
    return () => void set.delete(run)
  }
  let hidden = false
  const page: FramePage = {
    isHidden: () => hidden,
    onNextFrame: (run) => add(frames, run),
    onTimeout: (run) => add(timers, run),
    onVisibilityChange: (listener) => add(listeners, listener),
  }
  const runAll = (set: Set<() => void>) => {
    const due = [...set]
    set.clear()
    for (const run of due) run()
  }
  return {
    page,
    frame: () => runAll(frames),
    timeout: () => runAll(timers),
    setHidden: (value: boolean) => {
      hidden = value
      for (const listener of listeners) listener()
    },
    left: () => frames.size + timers.size + listeners.size,
  }
}

test('many requests, one run per frame', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), fake.page)
  for (let request = 0; request < 100; request += 1) scheduler.request()
  expect(runs).toBe(0)
  fake.frame()
  fake.frame()
  expect(runs).toBe(1)
  scheduler.request()
  fake.frame()
  expect(runs).toBe(2)
})

test('what waited is flushed once when the page is hidden or shown', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), fake.page)
  scheduler.request()
  fake.setHidden(true)
  expect(runs).toBe(1)
  scheduler.request()
  scheduler.request()
  fake.frame()
  expect(runs).toBe(1)
  fake.setHidden(false)
  expect(runs).toBe(2)
  fake.timeout()
  fake.frame()
  expect(runs).toBe(2)
})

test('a hidden page runs by timer', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), fake.page)
  fake.setHidden(true)
  scheduler.request()
  fake.timeout()
  expect(runs).toBe(1)
})

test('after dispose nothing runs and nothing is left', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), fake.page)
  scheduler.request()
  scheduler.dispose()
  scheduler.request()
  expect(fake.left()).toBe(0)
  expect(runs).toBe(0)
})
