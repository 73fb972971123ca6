// A server's URL enters, sockets that follow (or only stay open) leave: idle ones, and ones that stop reading after their first message.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { answerParent } from '../src/program.ts'

/** What is opened. */
export interface Opening {
  readonly url: string
  readonly count: number
  /** Followed by each. @default nothing is asked for */
  readonly executionId?: string
  /** Reads nothing any more after the first message; each stands at a place of its own, so that none shares what it holds. @default false */
  readonly stalls?: boolean
}

/** Logs between the places of two. */
const APART = 100

/** How many were opened to stall. */
let stalling = 0

const AT_ONCE = 50

answerParent({
  async open({ url, count, executionId, stalls = false }: Opening) {
    for (let from = 0; from < count; from += AT_ONCE) {
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, async () => {
          const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
          await once(socket, 'open')
          if (executionId === undefined) return
          const place = stalls ? { after: (stalling += 1) * APART } : {}
          const params = { path: 'logs.follow', input: { execution_id: executionId, ...place } }
          const hasBegun = received(socket, stalls ? 1 : 2)
          socket.send(JSON.stringify({ id: 1, method: 'subscription', params }))
          // What says that it has begun, and the first frame.
          await hasBegun
          if (stalls) socket.pause()
        }),
      )
    }
  },
})

/** Messages may come together, so they are counted rather than awaited one by one. */
function received(socket: WebSocket, count: number): Promise<void> {
  let left = count
  return new Promise((resolve) => {
    socket.on('message', () => {
      left -= 1
      if (left === 0) resolve()
    })
  })
}
