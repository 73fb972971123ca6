// The bus port as tests, for whichever driver is handed in; what may be lost between nodes may not be lost within one.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bus, Hint } from '../src/bus/bus.ts'

/** Runs the suite; `delivered` resolves when everything that was published has arrived. */
export function busConformance(driver: string, open: () => Promise<Bus>, delivered: () => Promise<void>): void {
  describe(`${driver} bus`, () => {
    let bus: Bus
    beforeEach(async () => {
      bus = await open()
    })
    afterEach(() => bus.close())

    const hints = (...heads: number[]): Hint[] => heads.map((head) => ({ execution_id: 'a', head }))

    test('tells every subscriber every hint, in order', async () => {
      const heard: [Hint[], Hint[]] = [[], []]
      bus.subscribe((hint) => heard[0].push(hint))
      bus.subscribe((hint) => heard[1].push(hint))
      bus.publish(hints(1, 2))
      bus.publish([{ execution_id: 'b', head: 7 }])
      await delivered()
      const expected = [...hints(1, 2), { execution_id: 'b', head: 7 }]
      expect(heard).toStrictEqual([expected, expected])
    })

    test('one function that subscribes twice is two subscribers', async () => {
      const heard: Hint[] = []
      const listener = (hint: Hint): void => void heard.push(hint)
      const stop = bus.subscribe(listener)
      bus.subscribe(listener)
      bus.publish(hints(1))
      await delivered()
      expect(heard).toHaveLength(2)
      stop()
      bus.publish(hints(2))
      await delivered()
      expect(heard).toHaveLength(3)
    })

    test('says nothing to those who stopped, not even in the middle of a hint, and stopping twice is harmless', async () => {
      const heard: string[] = []
      const stops: (() => void)[] = []
      bus.subscribe(({ head }) => {
        heard.push(`one ${head}`)
        for (const stop of stops) stop()
      })
      stops.push(bus.subscribe(({ head }) => heard.push(`two ${head}`)))
      bus.publish(hints(1, 2))
      await delivered()
      for (const stop of stops) stop()
      expect(heard).toStrictEqual(['one 1', 'one 2'])
    })

    test('takes hints that nobody waits for, and none at all', async () => {
      expect(() => bus.publish(hints(1))).not.toThrow()
      expect(() => bus.publish([])).not.toThrow()
      const heard: Hint[] = []
      bus.subscribe((hint) => heard.push(hint))
      await delivered()
      expect(heard).toStrictEqual([])
    })

    test('after close nobody hears anything, and publishing is still harmless', async () => {
      const heard: Hint[] = []
      bus.subscribe((hint) => heard.push(hint))
      await bus.close()
      expect(() => bus.publish(hints(1))).not.toThrow()
      await delivered()
      expect(heard).toStrictEqual([])
      await expect(bus.close()).resolves.toBeUndefined()
    })
  })
}
