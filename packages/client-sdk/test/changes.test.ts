// Listeners hear of the first change at once, and of what follows together.

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { Changes } from '../src/changes.ts'

test('the first in the same task, the rest of the task in one more', async () => {
  const changes = new Changes(() => {})
  const listener = vi.fn<() => void>()
  changes.subscribe(listener)
  changes.emit()
  changes.emit()
  expect(listener).toHaveBeenCalledTimes(0)
  await Promise.resolve()
  expect(listener).toHaveBeenCalledTimes(1)
  for (let count = 0; count < 100; count += 1) {
    changes.emit()
    await Promise.resolve()
  }
  expect(listener).toHaveBeenCalledTimes(1)
  await pause(20)
  expect(listener).toHaveBeenCalledTimes(2)
})

test('who left is not called, and one that throws does not keep the others from hearing', async () => {
  const errors: unknown[] = []
  const changes = new Changes((error) => errors.push(error))
  const heard: string[] = []
  const problem = new Error('mine')
  changes.subscribe(() => {
    throw problem
  })
  const leave = changes.subscribe(() => heard.push('left'))
  changes.subscribe(() => heard.push('stayed'))
  leave()
  changes.emit()
  await Promise.resolve()
  expect(heard).toEqual(['stayed'])
  expect(errors).toEqual([problem])
  expect(changes.size).toBe(2)
})

test('what makes the changes runs while somebody hears them', async () => {
  const signals: AbortSignal[] = []
  const errors: unknown[] = []
  const problem = new Error('mine')
  const changes = new Changes(
    (error) => errors.push(error),
    (signal) => {
      signals.push(signal)
      return signals.length === 1 ? new Promise(() => {}) : Promise.reject(problem)
    },
  )
  const [first, second] = [changes.subscribe(() => {}), changes.subscribe(() => {})]
  first()
  await Promise.resolve()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  // Exchanged in one breath: it goes on.
  second()
  const third = changes.subscribe(() => {})
  await Promise.resolve()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  third()
  third()
  await Promise.resolve()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  changes.subscribe(() => {})
  await Promise.resolve()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(errors).toEqual([problem])
})
