// At once, then once per gap; nothing is lost, nothing is left behind.
import { expect, test } from 'vitest'
import { createThrottle, type ThrottlePage } from '../../src/throttle.ts'

function fakePage() {
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const listeners = new Set<() => void>()
  let hidden = false
  let nowMs = 0
  const page: ThrottlePage = {
    isHidden: () => hidden,
    nowMs: () => nowMs,
    onTimeout(run, delayMs) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    onVisibilityChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return {
    page,
    /** Time passes, and timers run at theirs. */
    goTo(ms: number) {
      for (const timer of [...timers].filter(({ atMs }) => atMs <= ms)) {
        timers.delete(timer)
        nowMs = timer.atMs
        timer.run()
      }
      nowMs = ms
    },
    setHidden(value: boolean) {
      hidden = value
      for (const listener of listeners) listener()
    },
    left: () => timers.size + listeners.size,
  }
}

function throttled(gapMs = 30) {
  const fake = fakePage()
  const runs: number[] = []
  const gap = { ms: gapMs }
  const run = () => {
    runs.push(fake.page.nowMs())
    return gap.ms
  }
  return { fake, runs, gap, throttle: createThrottle(run, fake.page) }
}

test('the first request runs at once, those after it together when the gap is over', () => {
  const { fake, runs, throttle } = throttled()
  for (let ms = 100; ms <= 160; ms += 5) {
    fake.goTo(ms)
    throttle.request()
  }
  expect(runs).toStrictEqual([100, 130, 160])
  fake.goTo(300)
  expect(runs).toStrictEqual([100, 130, 160, 190])
  throttle.request()
  expect(runs.at(-1)).toBe(300)
})

test('each run says how long the next gap is', () => {
  const { fake, runs, gap, throttle } = throttled()
  for (let ms = 100; ms <= 400; ms += 10) {
    fake.goTo(ms)
    gap.ms = ms < 160 ? 30 : 100
    throttle.request()
  }
  expect(runs).toStrictEqual([100, 130, 160, 190, 290, 390])
})

test('a hidden page runs once a second, and what waits is flushed once when it is shown', () => {
  const { fake, runs, throttle } = throttled()
  throttle.request()
  fake.setHidden(true)
  fake.goTo(500)
  throttle.request()
  throttle.request()
  expect(runs).toStrictEqual([0])
  fake.goTo(1200)
  expect(runs).toStrictEqual([0, 1000])
  throttle.request()
  fake.setHidden(false)
  expect(runs).toStrictEqual([0, 1000, 1200])
  fake.goTo(9000)
  expect(runs).toHaveLength(3)
})

test('after dispose nothing runs and nothing is left', () => {
  const { fake, runs, throttle } = throttled()
  throttle.request()
  throttle.request()
  throttle.dispose()
  throttle.request()
  fake.goTo(1000)
  expect(fake.left()).toBe(0)
  expect(runs).toStrictEqual([0])
})
