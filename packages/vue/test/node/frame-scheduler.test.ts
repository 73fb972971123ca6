// However many requests, one run per frame; a hidden page is served by a timer and flushed when shown; nothing is left behind.
import { expect, test } from 'vitest'
import { createFrameScheduler, type FramePage } from '../../src/frame-scheduler.ts'

function fakePage() {
  const frames = new Set<(frameMs: number) => void>()
  const timers = new Set<() => void>()
  const listeners = new Set<() => void>()
  const add = <Run>(set: Set<Run>, run: Run) => {
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
  const runAll = (set: Set<(frameMs: number) => void>, frameMs = 0) => {
    const due = [...set]
    set.clear()
    for (const run of due) run(frameMs)
  }
  return {
    page,
    frame: (frameMs = 0) => runAll(frames, frameMs),
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
  const scheduler = createFrameScheduler(() => (runs += 1), { page: fake.page })
  for (let request = 0; request < 100; request += 1) scheduler.request()
  expect(runs).toBe(0)
  fake.frame()
  fake.frame()
  expect(runs).toBe(1)
  scheduler.request()
  fake.frame()
  expect(runs).toBe(2)
})

test('with a gap, frames that come too soon are let pass, and the request is not lost', () => {
  const fake = fakePage()
  const runs: number[] = []
  let now = 0
  const scheduler = createFrameScheduler(() => runs.push(now), { gapMs: 25, page: fake.page })
  for (now = 1000; now <= 1128; now += 16) {
    scheduler.request()
    fake.frame(now)
  }
  expect(runs).toStrictEqual([1000, 1032, 1064, 1096, 1128])
  scheduler.request()
  fake.frame((now = 1144))
  expect(runs.at(-1)).toBe(1128)
  fake.frame((now = 1160))
  expect(runs.at(-1)).toBe(1160)
  scheduler.request()
  fake.frame((now = 1170))
  scheduler.dispose()
  expect(fake.left()).toBe(0)
})

test('what waited is flushed once when the page is hidden or shown', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), { page: fake.page })
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
  const scheduler = createFrameScheduler(() => (runs += 1), { page: fake.page })
  fake.setHidden(true)
  scheduler.request()
  fake.timeout()
  expect(runs).toBe(1)
})

test('after dispose nothing runs and nothing is left', () => {
  const fake = fakePage()
  let runs = 0
  const scheduler = createFrameScheduler(() => (runs += 1), { page: fake.page })
  scheduler.request()
  scheduler.dispose()
  scheduler.request()
  expect(fake.left()).toBe(0)
  expect(runs).toBe(0)
})
