import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FlowGate } from '../src/flow-gate.ts'

const marks = { highBytes: 100, lowBytes: 20 }

/** A gate on a socket that the test fills and drains; `turn` ends the turn of the event loop. */
function makeGate(): {
  gate: FlowGate
  socket: { unsentBytes: number }
  turn: () => void
  send: (bytes: number) => void
} {
  const socket = { unsentBytes: 0 }
  const later: (() => void)[] = []
  const gate = new FlowGate(socket, { marks, soon: (callback) => void later.push(callback) })
  return {
    gate,
    socket,
    turn: () => {
      for (const callback of later.splice(0)) callback()
    },
    send: (bytes) => {
      socket.unsentBytes += bytes
      gate.sent()
    },
  }
}

/** Whether a promise is resolved by now. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}

const { signal: never } = new AbortController()

describe('FlowGate', () => {
  test('lets a sender through at once while there is room', async () => {
    const { gate, send } = makeGate()
    await gate.ready(never)
    send(99)
    expect(await isResolved(gate.ready(never))).toBe(true)
  })

  test('holds senders back from the high mark until the low mark', async () => {
    const { gate, socket, send } = makeGate()
    await gate.ready(never)
    send(100)
    const waiting = gate.ready(never)
    socket.unsentBytes = 21
    gate.flushed()
    expect(await isResolved(waiting)).toBe(false)
    socket.unsentBytes = 20
    gate.flushed()
    expect(await isResolved(waiting)).toBe(true)
  })

  test('lets waiting senders through one by one, so that they do not overfill the socket together', async () => {
    const { gate, socket, send } = makeGate()
    await gate.ready(never)
    send(100)
    const order: number[] = []
    const all = [1, 2, 3].map(async (sender) => {
      await gate.ready(never)
      order.push(sender)
      send(60)
    })
    socket.unsentBytes = 0
    gate.flushed()
    await new Promise(setImmediate)
    expect(order).toStrictEqual([1, 2])
    expect(socket.unsentBytes).toBe(120)
    socket.unsentBytes = 0
    gate.flushed()
    await Promise.all(all)
    expect(order).toStrictEqual([1, 2, 3])
  })

  test('goes on after one that was let through and sent nothing', async () => {
    const { gate, turn } = makeGate()
    await gate.ready(never)
    const second = gate.ready(never)
    expect(await isResolved(second)).toBe(false)
    turn()
    expect(await isResolved(second)).toBe(true)
  })

  test('frees whoever is aborted, and leaves no listener behind', async () => {
    const { gate, send } = makeGate()
    send(100)
    const leaving = new AbortController()
    const gone = gate.ready(leaving.signal)
    expect(gate.waiting).toBe(1)
    leaving.abort()
    expect(await isResolved(gone)).toBe(true)
    expect(gate.waiting).toBe(0)
    expect(await isResolved(gate.ready(leaving.signal))).toBe(true)
  })

  test('frees everybody when the socket closes', async () => {
    const { gate, send } = makeGate()
    send(100)
    const waiting = [gate.ready(never), gate.ready(never)]
    expect(gate.waiting).toBe(2)
    gate.close()
    await Promise.all(waiting)
    expect(await isResolved(gate.ready(never))).toBe(true)
  })

  test('whatever senders and the network do: nothing beyond the high mark and one frame, and nobody is forgotten', async () => {
    const frames = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 })
    const drains = fc.infiniteStream(fc.integer({ min: 0, max: 150 }))
    await fc.assert(
      fc.asyncProperty(frames, drains, async (sizes, drained) => {
        const { gate, socket, turn, send } = makeGate()
        let highest = 0
        let done = 0
        const senders = sizes.map(async (bytes) => {
          await gate.ready(never)
          // A sender that finds nothing to send after all.
          if (bytes % 7 !== 0) send(bytes)
          highest = Math.max(highest, socket.unsentBytes)
          done += 1
        })
        for (let round = 0; done < sizes.length && round < 1000; round += 1) {
          socket.unsentBytes = Math.max(0, socket.unsentBytes - (round > 500 ? 150 : drained.next().value))
          gate.flushed()
          // What was let through sends before the turn is over, as in Node.
          await new Promise(setImmediate)
          turn()
        }
        await Promise.all(senders)
        expect(highest).toBeLessThan(marks.highBytes + 50)
      }),
      { numRuns: 50, verbose: 1 },
    )
  })
})
