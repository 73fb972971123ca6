import { once } from 'node:events'
import { expect, test } from 'vitest'
import { LocalBus } from '../src/bus/local.ts'
import { busConformance } from './bus-conformance.ts'

busConformance(
  'local',
  async () => new LocalBus(),
  () => Promise.resolve(),
)

test('local bus: a listener that throws is an uncaught exception, and the publisher and the others do not feel it', async () => {
  // The test runner listens too, and would call it a failure of this test.
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  try {
    const uncaught = once(process, 'uncaughtException')
    const bus = new LocalBus()
    const heard: number[] = []
    bus.subscribe(() => {
      throw new Error('a defect')
    })
    bus.subscribe(({ head }) => heard.push(head))
    expect(() => bus.publish([{ execution_id: 'a', head: 1 }])).not.toThrow()
    expect(heard).toStrictEqual([1])
    expect(await uncaught).toMatchObject([{ message: 'a defect' }, 'uncaughtException'])
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener)
  }
})
