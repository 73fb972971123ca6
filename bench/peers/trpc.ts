// Stored logs enter, messages of a tRPC subscription leave, one log each, as tRPC's documentation has it: an event emitter and `tracked`.

import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { EventEmitter, on } from 'node:events'
import type { Server } from 'node:http'
import type { ExecutionLog } from '@runtail/core'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import type { Broadcast } from './broadcast.ts'

/** The stock subscription. */
export function trpc(http: Server): Broadcast {
  const emitter = new EventEmitter().setMaxListeners(0)
  const t = initTRPC.create()
  const input = z.object({ execution_id: z.string(), lastEventId: z.string().nullish() })
  const router = t.router({
    follow: t.procedure.input(input).subscription(async function* ({ input: { execution_id: id }, signal }) {
      const news = on(emitter, id, { signal: signal ?? AbortSignal.abort() })
      yield tracked('0', null)
      for await (const [log] of news as AsyncIterable<[ExecutionLog]>) yield tracked(String(log.seq), log)
    }),
  })
  applyWSSHandler({ wss: new WebSocketServer({ server: http, path: '/trpc', perMessageDeflate: false }), router })
  return (executionId, { logs }) => {
    for (const log of logs()) emitter.emit(executionId, log)
  }
}
